//! A visitor with cookies, over one kept connection: as little of HTTP/1.1 as the portal's answers need, so that measuring costs
//! little beside what is measured. What may not live here: which pages there are.

// Each bench uses its part.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body, as text.
    pub body: String,
}

/// Somebody with a browser.
#[derive(Debug)]
pub struct Visitor {
    port: u16,
    connection: Option<TcpStream>,
    /// What it holds.
    pub cookies: BTreeMap<String, String>,
    /// Whether cookies of answers are kept.
    pub keeps_cookies: bool,
    /// Sent each time: whole lines without their ends.
    pub headers: Vec<String>,
    buffer: Vec<u8>,
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_owned())
}

impl Visitor {
    /// Of the server on this port of 127.0.0.1.
    pub fn new(port: u16) -> Self {
        Self { port, connection: None, cookies: BTreeMap::new(), keeps_cookies: true, headers: Vec::new(), buffer: Vec::new() }
    }

    /// Another visitor with the same cookies and headers.
    pub fn double(&self) -> Self {
        Self { cookies: self.cookies.clone(), headers: self.headers.clone(), ..Self::new(self.port) }
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, None).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, Some(("application/x-www-form-urlencoded", &body))).await
    }

    /// Sends JSON.
    pub async fn post_json(&mut self, path: &str, body: &str) -> Result<Answer> {
        self.send("POST", path, Some(("application/json", body))).await
    }

    async fn send(&mut self, method: &str, path: &str, body: Option<(&str, &str)>) -> Result<Answer> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: load\r\n", self.port);
        if !cookies.is_empty() {
            request.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        for header in &self.headers {
            request.push_str(&format!("{header}\r\n"));
        }
        match body {
            Some((kind, body)) => request.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())),
            None => request.push_str("\r\n"),
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let connection = TcpStream::connect(("127.0.0.1", self.port)).await?;
                connection.set_nodelay(true)?;
                connection
            }
        };
        connection.write_all(request.as_bytes()).await?;
        let (head, answer) = read(&mut connection, &mut self.buffer).await?;
        if !head.to_ascii_lowercase().contains("\r\nconnection: close") {
            self.connection = Some(connection);
        }
        if self.keeps_cookies {
            for cookie in headers(&head, "set-cookie") {
                let pair = cookie.split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
                    if value.trim().is_empty() {
                        self.cookies.remove(name.trim());
                    }
                }
            }
        }
        Ok(answer)
    }
}

fn headers<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.lines().filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

async fn read(connection: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(String, Answer)> {
    buffer.clear();
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if connection.read_buf(buffer).await? == 0 {
            return Err(broken("the connection closed before the answer"));
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let status = head.get(9..12).and_then(|s| s.parse().ok()).ok_or_else(|| broken("no status"))?;
    let chunked = headers(&head, "transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked"));
    let length: usize = headers(&head, "content-length").next().and_then(|value| value.parse().ok()).unwrap_or(0);
    loop {
        let done = if chunked { buffer[end..].ends_with(b"0\r\n\r\n") } else { buffer.len() >= end + length };
        if done {
            break;
        }
        if connection.read_buf(buffer).await? == 0 {
            return Err(broken("the connection closed within the answer"));
        }
    }
    let body = &buffer[end..];
    Ok((head, Answer { status, body: String::from_utf8_lossy(body).into_owned() }))
}

/// The value of a hidden field.
pub fn field(page: &str, name: &str) -> Option<String> {
    let tag = page.split('<').find(|tag| tag.starts_with("input") && tag.contains(&format!("name=\"{name}\"")))?;
    Some(tag.split("value=\"").nth(1)?.split('"').next()?.to_owned())
}

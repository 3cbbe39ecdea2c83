//! A backup's folder: parts, and a manifest that names each with its length and hash. The manifest is written last, under another name
//! first, so that a backup that was cut off has none. What may not live here: what the parts mean.

use crate::disk::{make_private_folder, private_file};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use thiserror::Error;
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter, Lines};

/// The form of the folder; another one is not read.
const FORMAT: u32 = 1;
/// Name of the manifest: one line of JSON, and its hash on the second.
const MANIFEST: &str = "manifest";
/// So many faults are enough to know.
const MOST_FINDINGS: usize = 100;

/// What is wrong with a backup's folder.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The folder holds something already.
    #[error("{0} is not empty; name a folder that is empty or not there")]
    NotEmpty(PathBuf),
    /// No whole backup lies there.
    #[error("{0} holds no complete backup: there is no manifest (it is written last)")]
    NoManifest(PathBuf),
    /// It was changed since it was written.
    #[error("{0}")]
    Damaged(String),
    /// Of a form that this program does not read.
    #[error("the backup is of form {0}, which this program does not read")]
    OtherForm(u32),
    /// The file system.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        source: std::io::Error,
    },
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ArchiveError + '_ {
    |source| ArchiveError::Io { path: path.to_owned(), source }
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Bytes.
    pub size: u64,
    /// Of the bytes, 64 hex digits.
    pub sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    about: Value,
    parts: BTreeMap<String, Part>,
}

/// Names are ours: never out of the folder, whatever a damaged manifest says.
fn place(folder: &Path, name: &str) -> Result<PathBuf, ArchiveError> {
    let path = Path::new(name);
    let is_inside = !name.is_empty() && path.components().all(|part| matches!(part, Component::Normal(_)));
    if is_inside { Ok(folder.join(path)) } else { Err(ArchiveError::Damaged(format!("{name:?} is no name of a part"))) }
}

/// A folder that is being written.
#[derive(Debug)]
pub struct ArchiveWriter {
    folder: PathBuf,
    parts: BTreeMap<String, Part>,
}

/// A part that is being written.
#[derive(Debug)]
pub struct PartWriter {
    name: String,
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    size: u64,
}

impl PartWriter {
    /// Adds bytes.
    ///
    /// # Errors
    /// Of the file system.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await.map_err(io(&self.path))
    }
}

impl ArchiveWriter {
    /// Begins in a folder that is empty or not there.
    ///
    /// # Errors
    /// `NotEmpty`; of the file system.
    pub async fn create(folder: &Path) -> Result<Self, ArchiveError> {
        make_private_folder(folder).map_err(io(folder))?;
        if std::fs::read_dir(folder).map_err(io(folder))?.next().is_some() {
            return Err(ArchiveError::NotEmpty(folder.to_owned()));
        }
        Ok(Self { folder: folder.to_owned(), parts: BTreeMap::new() })
    }

    /// Begins a part.
    ///
    /// # Errors
    /// Of the file system.
    pub async fn begin(&self, name: &str) -> Result<PartWriter, ArchiveError> {
        let path = place(&self.folder, name)?;
        let parent = path.parent().unwrap_or(&self.folder);
        make_private_folder(parent).map_err(io(parent))?;
        let mut options = private_file();
        options.create_new(true);
        let file = tokio::fs::OpenOptions::from(options).open(&path).await.map_err(io(&path))?;
        Ok(PartWriter { name: name.to_owned(), path, file: BufWriter::new(file), hash: Sha256::new(), size: 0 })
    }

    /// Ends a part: from now on it is on the disk.
    ///
    /// # Errors
    /// Of the file system.
    pub async fn end(&mut self, mut part: PartWriter) -> Result<(), ArchiveError> {
        part.file.flush().await.map_err(io(&part.path))?;
        part.file.get_ref().sync_all().await.map_err(io(&part.path))?;
        self.parts.insert(part.name, Part { size: part.size, sha256: hex::encode(part.hash.finalize()) });
        Ok(())
    }

    /// Writes a part whole.
    ///
    /// # Errors
    /// Of the file system.
    pub async fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        let mut part = self.begin(name).await?;
        part.write(bytes).await?;
        self.end(part).await
    }

    /// Writes the manifest: from now on it is a backup.
    ///
    /// # Errors
    /// Of the file system.
    pub async fn finish(mut self, about: Value) -> Result<(), ArchiveError> {
        let manifest = Manifest { format: FORMAT, about, parts: std::mem::take(&mut self.parts) };
        let text = serde_json::to_string(&manifest).map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        let unfinished = format!("{MANIFEST}.part");
        self.put(&unfinished, format!("{text}\n{}\n", hex::encode(Sha256::digest(&text))).as_bytes()).await?;
        let to = self.folder.join(MANIFEST);
        std::fs::rename(self.folder.join(unfinished), &to).map_err(io(&to))?;
        std::fs::File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(io(&self.folder))
    }
}

/// A folder with a manifest.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    manifest: Manifest,
}

impl Archive {
    /// Reads the manifest.
    ///
    /// # Errors
    /// `NoManifest`, `OtherForm`; `Damaged` where the manifest was changed.
    pub async fn open(folder: &Path) -> Result<Self, ArchiveError> {
        let path = folder.join(MANIFEST);
        let text = match tokio::fs::read_to_string(&path).await {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(ArchiveError::NoManifest(folder.to_owned())),
            Err(error) => return Err(io(&path)(error)),
        };
        let damaged = || ArchiveError::Damaged("the manifest was changed or cut off".to_owned());
        let (text, hash) = text.split_once('\n').ok_or_else(damaged)?;
        if hash.trim_end() != hex::encode(Sha256::digest(text)) {
            return Err(damaged());
        }
        let manifest: Manifest = serde_json::from_str(text).map_err(|_| damaged())?;
        if manifest.format != FORMAT {
            return Err(ArchiveError::OtherForm(manifest.format));
        }
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// What [`ArchiveWriter::finish`] was told.
    pub fn about(&self) -> &Value {
        &self.manifest.about
    }

    /// The parts, by name.
    pub fn parts(&self) -> &BTreeMap<String, Part> {
        &self.manifest.parts
    }

    /// Reads every part and compares; gives what is wrong.
    ///
    /// # Errors
    /// Never of a part that cannot be read: that is a finding.
    pub async fn check(&self) -> Result<Vec<String>, ArchiveError> {
        let mut findings = Vec::new();
        for (name, part) in &self.manifest.parts {
            if let Err(error) = self.compare(name, part).await {
                findings.push(error.to_string());
            }
            if findings.len() == MOST_FINDINGS {
                break;
            }
        }
        Ok(findings)
    }

    async fn compare(&self, name: &str, part: &Part) -> Result<(), ArchiveError> {
        let path = place(&self.folder, name)?;
        let mut file = match File::open(&path).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ArchiveError::Damaged(format!("{name}: missing")));
            }
            opened => opened.map_err(io(&path))?,
        };
        let (mut hash, mut size, mut bytes) = (Sha256::new(), 0_u64, vec![0_u8; 64 * 1024]);
        loop {
            let read = file.read(&mut bytes).await.map_err(io(&path))?;
            if read == 0 {
                break;
            }
            hash.update(&bytes[..read]);
            size += read as u64;
        }
        if size != part.size {
            return Err(ArchiveError::Damaged(format!("{name}: {size} bytes, not {}", part.size)));
        }
        if hex::encode(hash.finalize()) != part.sha256 {
            return Err(ArchiveError::Damaged(format!("{name}: its content was changed")));
        }
        Ok(())
    }

    /// The lines of a part.
    ///
    /// # Errors
    /// Of the file system.
    pub async fn lines(&self, name: &str) -> Result<Lines<BufReader<File>>, ArchiveError> {
        let path = place(&self.folder, name)?;
        Ok(BufReader::new(File::open(&path).await.map_err(io(&path))?).lines())
    }

    /// A part whole, compared once more.
    ///
    /// # Errors
    /// `Damaged`; of the file system.
    pub async fn get(&self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        let path = place(&self.folder, name)?;
        let bytes = tokio::fs::read(&path).await.map_err(io(&path))?;
        let part = self.manifest.parts.get(name).ok_or_else(|| ArchiveError::Damaged(format!("{name}: not in the manifest")))?;
        if hex::encode(Sha256::digest(&bytes)) != part.sha256 {
            return Err(ArchiveError::Damaged(format!("{name}: its content was changed")));
        }
        Ok(bytes)
    }
}

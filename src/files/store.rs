//! Where the bytes of signed forms and of the post lie: a local directory or an S3 bucket, by setting. What may not live here: what they mean.

use crate::disk::{make_private, make_private_folder};
use crate::domain::id::{FileId, PostFileId, SignedFormId};
use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use url::Url;

/// What went wrong with the file store. For operators and logs; users only learn that it went wrong.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The setting cannot be understood.
    #[error("files setting: {0}")]
    Setting(String),
    /// A key that this store does not give out.
    #[error("not a key of this store: {0:?}")]
    Key(String),
    /// Nothing is stored under the key.
    #[error("no file is stored under {0}")]
    Missing(String),
    /// What was read is not what was written.
    #[error("the file store gave back other bytes than were written under {0}")]
    Changed(String),
    /// The store refused or did not answer.
    #[error("the file store cannot {what} {key}: {source}")]
    Failed {
        /// „write”, „read”, „remove” …
        what: &'static str,
        /// The key.
        key: String,
        /// What the store said.
        source: object_store::Error,
    },
    /// The local directory cannot be used.
    #[error("the directory {directory} for files cannot be used: {source}")]
    Directory {
        /// Which.
        directory: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Where a signed form's file lies. The names are ours: nothing that a user typed is in them.
pub fn object_key(form: SignedFormId, file: FileId, extension: &str) -> String {
    format!("signed-forms/{form}/{file}.{extension}")
}

/// Where the image of one of its pages lies; pages count from 1.
pub fn page_key(form: SignedFormId, file: FileId, page: usize) -> String {
    format!("signed-forms/{form}/{file}-page-{page:03}.png")
}

/// The folder of a signed form's files: keys of no other form begin so.
pub fn form_folder(form: SignedFormId) -> String {
    format!("signed-forms/{form}")
}

/// Where a file of the post lies.
pub fn post_key(file: PostFileId, extension: &str) -> String {
    format!("post/{file}/file.{extension}")
}

/// Where the image of one of its pages lies; pages count from 1.
pub fn post_page_key(file: PostFileId, page: usize) -> String {
    format!("post/{file}/page-{page:03}.png")
}

/// The folder of a file of the post: keys of no other file begin so.
pub fn post_folder(file: PostFileId) -> String {
    format!("post/{file}")
}

/// Where the journal keeps that something was erased; nobody is named in it.
pub fn journal_key(name: &str) -> String {
    format!("{JOURNAL}/{name}")
}

/// The folder of the journal of erasures.
pub const JOURNAL: &str = "erasures";

/// Makes ring the process's TLS provider, once; a second call changes nothing. Call before the first store is opened.
pub fn install_tls_provider() {
    // An error says only that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[derive(Clone, Debug)]
enum Place {
    Directory(PathBuf),
    Bucket(String),
    Memory,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct FileStore {
    place: Place,
    inner: Arc<dyn ObjectStore>,
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("place", &self.place).finish_non_exhaustive()
    }
}

impl FileStore {
    /// Opens what the setting names: `file:var/files`, or `s3://bucket/prefix?endpoint=http://…&region=…` with the credentials
    /// from the usual `AWS_…` variables.
    ///
    /// # Errors
    /// A setting that cannot be understood, or a directory that cannot be made. A bucket is first touched by [`Self::check`].
    pub fn open(setting: &str) -> Result<Self, StoreError> {
        let variables = std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        Self::open_with(setting, variables)
    }

    /// As [`Self::open`], with the variables given.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(setting: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, StoreError> {
        if let Some(directory) = setting.strip_prefix("file:") {
            let directory = directory.strip_prefix("//").unwrap_or(directory);
            if directory.is_empty() {
                return Err(StoreError::Setting("file: names no directory".to_owned()));
            }
            return Self::directory(directory);
        }
        if setting.starts_with("s3://") {
            return Self::bucket(setting, variables);
        }
        Err(StoreError::Setting("it begins neither with file: nor with s3://".to_owned()))
    }

    /// Files in a local directory, which is made when missing and closed to other accounts of the machine.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub fn directory(directory: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let directory = directory.into();
        make_private_folder(&directory).map_err(|source| StoreError::Directory { directory: directory.clone(), source })?;
        let directory = directory.canonicalize().map_err(|source| StoreError::Directory { directory: directory.clone(), source })?;
        let inner = LocalFileSystem::new_with_prefix(&directory)
            .map_err(|error| StoreError::Directory { directory: directory.clone(), source: std::io::Error::other(error) })?
            .with_fsync(true);
        Ok(Self { place: Place::Directory(directory), inner: Arc::new(inner) })
    }

    /// Files in memory, gone with the process: for tests.
    pub fn memory() -> Self {
        Self { place: Place::Memory, inner: Arc::new(InMemory::new()) }
    }

    fn bucket(setting: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, StoreError> {
        let url = Url::parse(setting).map_err(|error| StoreError::Setting(error.to_string()))?;
        let name = url.host_str().filter(|name| !name.is_empty()).ok_or_else(|| StoreError::Setting("s3:// names no bucket".to_owned()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(StoreError::Setting("credentials belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned()));
        }
        let mut builder = AmazonS3Builder::new();
        for (variable, value) in variables {
            if variable.starts_with("AWS_")
                && let Ok(key) = variable.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
            {
                builder = builder.with_config(key, value);
            }
        }
        builder = builder.with_bucket_name(name);
        for (key, value) in url.query_pairs() {
            builder = match &*key {
                "endpoint" => builder.with_endpoint(value.trim_end_matches('/')).with_allow_http(value.starts_with("http://")),
                "region" => builder.with_region(value),
                "virtual_hosted_style" => builder.with_virtual_hosted_style_request(value == "true"),
                other => return Err(StoreError::Setting(format!("s3:// knows no {other}"))),
            };
        }
        let allow_http = url.query_pairs().any(|(key, value)| key == "endpoint" && value.starts_with("http://"));
        let client = ClientOptions::new()
            .with_allow_http(allow_http)
            .with_timeout(Duration::from_secs(60))
            .with_connect_timeout(Duration::from_secs(5));
        // A request waits behind this: give up within its patience.
        let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
        install_tls_provider();
        let store =
            builder.with_client_options(client).with_retry(retry).build().map_err(|error| StoreError::Setting(error.to_string()))?;
        let prefix = url.path().trim_matches('/');
        let inner: Arc<dyn ObjectStore> = if prefix.is_empty() {
            Arc::new(store)
        } else {
            let prefix = Path::from_url_path(prefix).map_err(|error| StoreError::Setting(error.to_string()))?;
            Arc::new(PrefixStore::new(store, prefix))
        };
        Ok(Self { place: Place::Bucket(name.to_owned()), inner })
    }

    /// Stores bytes under a key; replaces what was there.
    ///
    /// # Errors
    /// A foreign key, or a store that fails.
    pub async fn put(&self, key: &str, bytes: impl Into<Bytes>) -> Result<(), StoreError> {
        let path = path(key)?;
        if let Place::Directory(directory) = &self.place {
            let parent = directory.join(key).parent().map_or_else(|| directory.clone(), PathBuf::from);
            on_disk(parent, make_private_folder).await?;
        }
        self.inner.put(&path, bytes.into().into()).await.map_err(|source| failed("write", key, source))?;
        if let Place::Directory(directory) = &self.place {
            on_disk(directory.join(key), make_private).await?;
        }
        Ok(())
    }

    /// Gives the bytes back.
    ///
    /// # Errors
    /// `Missing`, a foreign key, or a store that fails.
    pub async fn get(&self, key: &str) -> Result<Bytes, StoreError> {
        let result = self.inner.get(&path(key)?).await.map_err(|source| failed("read", key, source))?;
        result.bytes().await.map_err(|source| failed("read", key, source))
    }

    /// Removes a file; one that is gone already is no error.
    ///
    /// # Errors
    /// A foreign key, or a store that fails.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.inner.delete(&path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(failed("remove", key, source)),
        }
    }

    /// The keys below a folder of the store, e.g. `signed-forms/<id>`.
    ///
    /// # Errors
    /// A foreign folder, or a store that fails.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let found = self.inner.list(Some(&path(folder)?)).map_ok(|object| object.location.to_string());
        found.try_collect().await.map_err(|source| failed("list", folder, source))
    }

    /// Is something stored under the key?
    ///
    /// # Errors
    /// A foreign key, or a store that fails.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        match self.inner.head(&path(key)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(failed("look for", key, source)),
        }
    }

    /// Writes, reads and removes a probe, so that a wrong setting shows at the start and not at the first upload.
    ///
    /// # Errors
    /// The step that failed, with what the store said.
    pub async fn check(&self, probe: FileId) -> Result<(), StoreError> {
        // Several processes may check at once: each brings its own probe.
        let key = format!("probe/{probe}");
        let written = Bytes::from(format!("cas-portal {key}"));
        self.put(&key, written.clone()).await?;
        let read = self.get(&key).await;
        let removed = self.delete(&key).await;
        if read? != written {
            return Err(StoreError::Changed(key));
        }
        removed?;
        if self.exists(&key).await? { Err(StoreError::Changed(key)) } else { Ok(()) }
    }

    /// Where the files lie, for `check` and the log: never with credentials.
    pub fn place(&self) -> String {
        match &self.place {
            Place::Directory(directory) => directory.display().to_string(),
            Place::Bucket(name) => format!("s3://{name}"),
            Place::Memory => "memory".to_owned(),
        }
    }
}

fn failed(what: &'static str, key: &str, source: object_store::Error) -> StoreError {
    match source {
        object_store::Error::NotFound { .. } if what == "read" => StoreError::Missing(key.to_owned()),
        source => StoreError::Failed { what, key: key.to_owned(), source },
    }
}

/// Only keys of the shape that [`object_key`] gives: small letters, digits, `-`, single dots, no empty part. So no key can
/// leave the store's directory, whatever the file system makes of odd names.
fn path(key: &str) -> Result<Path, StoreError> {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains("..")
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.')
    };
    if key.len() <= 200 && key.split('/').all(is_part) {
        Path::parse(key).map_err(|_| StoreError::Key(key.to_owned()))
    } else {
        Err(StoreError::Key(key.to_owned()))
    }
}

/// The disk may be slow, and the async threads must not wait for it.
async fn on_disk(path: PathBuf, action: fn(&std::path::Path) -> std::io::Result<()>) -> Result<(), StoreError> {
    let done = tokio::task::spawn_blocking({
        let path = path.clone();
        move || action(&path)
    });
    let result = done.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    result.map_err(|source| StoreError::Directory { directory: path, source })
}

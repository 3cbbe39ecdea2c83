//! `check`: what is wrong and how to mend it, part by part. Changes nothing.

use super::{Done, say};
use crate::portal::{Config, Portal};

pub(super) async fn run(config: Config) -> Done {
    say("settings    ok")?;
    let portal = match Portal::open_unmigrated(config).await {
        Ok(portal) => portal,
        Err(error) => {
            say(format_args!("{:11} {}\n            {}", error.what, error.cause, error.mend))?;
            return Err("one part cannot be opened; the others were not checked".into());
        }
    };
    let mut bad = 0;
    for part in portal.check().await {
        match part.result {
            Ok(()) => say(format_args!("{:11} ok         {}", part.what, part.place))?,
            Err((cause, mend)) => {
                bad += 1;
                say(format_args!("{:11} NOT OK     {}\n            {cause}\n            {mend}", part.what, part.place))?;
            }
        }
    }
    match bad {
        0 => Ok(()),
        1 => Err("1 of the parts is not as it should be".into()),
        _ => Err(format!("{bad} of the parts are not as they should be").into()),
    }
}

//! The finite decisions: every question is put to casbin once, at the start, and its answer kept.
//! An enforce() among so many lines takes tens of microseconds, a look-up here a few nanoseconds.

use super::Subject;
use crate::domain::permission::{Permission, ReportVerb, Scope};
use casbin::{CoreApi as _, DefaultModel, Enforcer, MgmtApi as _, StringAdapter};
use std::collections::HashSet;

const FUNCTION_PREFIX: &str = "function:";
const SUB_AREA_SCOPE: &str = "own_sub_area";

/// Why there is no policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// casbin cannot read the model or the policy.
    #[error("the policy cannot be read: {0}")]
    Unreadable(String),
    /// It permits nothing at all.
    #[error("the policy is empty")]
    Empty,
    /// A line that names something unknown would silently permit nothing.
    #[error("the policy does not know „{0}”")]
    UnknownWord(String),
}

/// All answers.
#[derive(Debug)]
pub(super) struct Table {
    allowed: Vec<bool>,
    reports: HashSet<(String, ReportVerb)>,
}

impl Table {
    pub(super) fn ask(model: &str, policy: &str) -> Result<Self, PolicyError> {
        let unreadable = |e: casbin::Error| PolicyError::Unreadable(e.to_string());
        // casbin is async for policies behind a network; from texts nothing ever waits.
        let enforcer = futures::executor::block_on(async {
            let model = DefaultModel::from_str(model).await?;
            Enforcer::new(model, StringAdapter::new(policy)).await
        })
        .map_err(unreadable)?;
        let lines = enforcer.get_policy();
        if lines.is_empty() {
            return Err(PolicyError::Empty);
        }
        let functions = check_words(policy, &lines)?;
        let enforce = |subject: &str, act: &str, scope: &str| enforcer.enforce((subject, act, scope)).map_err(unreadable);
        let mut allowed = vec![false; Subject::ALL.len() * Permission::ALL.len() * Scope::ALL.len()];
        for subject in Subject::ALL {
            for permission in Permission::ALL {
                for scope in Scope::ALL {
                    if let Some(place) = place(subject, *permission, scope) {
                        allowed[place] = enforce(subject.key(), permission.key(), scope.key())?;
                    }
                }
            }
        }
        let mut reports = HashSet::new();
        for function in functions {
            for verb in ReportVerb::ALL {
                if enforce(&format!("{FUNCTION_PREFIX}{function}"), verb.key(), SUB_AREA_SCOPE)? {
                    reports.insert((function.clone(), verb));
                }
            }
        }
        if !allowed.contains(&true) { Err(PolicyError::Empty) } else { Ok(Self { allowed, reports }) }
    }

    pub(super) fn allows(&self, subject: Subject, permission: Permission, scope: Scope) -> bool {
        place(subject, permission, scope).and_then(|place| self.allowed.get(place)).copied().unwrap_or(false)
    }

    pub(super) fn allows_report(&self, function: &str, verb: ReportVerb) -> bool {
        self.reports.contains(&(function.to_owned(), verb))
    }
}

/// Where an answer stands; `None` for a subject that is not in the list, which is then refused.
fn place(subject: Subject, permission: Permission, scope: Scope) -> Option<usize> {
    let subject = Subject::ALL.iter().position(|s| *s == subject)?;
    Some((subject * Permission::ALL.len() + permission as usize) * Scope::ALL.len() + scope as usize)
}

/// Every line was understood, and every word in it is one that the portal asks about. Gives the functions found.
fn check_words(policy: &str, lines: &[Vec<String>]) -> Result<HashSet<String>, PolicyError> {
    let written = policy.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if let Some(line) = written.clone().find(|line| line.split(',').count() != 4 || !line.starts_with("p,")) {
        return Err(PolicyError::UnknownWord(line.to_owned()));
    }
    if written.count() != lines.len() {
        return Err(PolicyError::Unreadable("a line stands twice".to_owned()));
    }
    let mut functions = HashSet::new();
    for line in lines {
        let [subject, act, scope] = &line[..] else { return Err(PolicyError::UnknownWord(line.join(", "))) };
        let function = subject.strip_prefix(FUNCTION_PREFIX);
        let is_known = if let Some(function) = function {
            functions.insert(function.to_owned());
            !function.is_empty() && ReportVerb::ALL.iter().any(|v| v.key() == act) && scope == SUB_AREA_SCOPE
        } else {
            Subject::ALL.iter().any(|s| s.key() == subject)
                && Permission::ALL.iter().any(|p| p.key() == act)
                && Scope::ALL.iter().any(|s| s.key() == scope)
        };
        if !is_known {
            return Err(PolicyError::UnknownWord(line.join(", ")));
        }
    }
    Ok(functions)
}

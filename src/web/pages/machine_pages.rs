//! Other systems: the list, making one, its token, taking its access away.

use super::ExportLinks;
use super::admin_pages::Choice;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// `/admin/machines`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MachineListPage {
    /// In force, by name.
    pub machines: Vec<MachineRow>,
    /// Revoked, the latest first.
    pub revoked: Vec<MachineRow>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

/// One system.
#[derive(Debug, Clone, Serialize)]
pub struct MachineRow {
    /// Row id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Codes.
    pub sub_areas: Vec<String>,
    /// Keys under `verbs`.
    pub verbs: Vec<&'static str>,
    /// Names; none for the country.
    pub voivodeships: Vec<String>,
    /// Made.
    pub created_at: Moment,
    /// Who made it: a login, or a key under `audit_actors`.
    pub created_by: String,
    /// That is a key.
    pub is_named_creator: bool,
    /// Last asked, to the minute.
    pub last_used_at: Option<Moment>,
    /// Revoked.
    pub revoked_at: Option<Moment>,
}

fn sample_row() -> MachineRow {
    MachineRow {
        id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        name: "Sprawozdania z pomocy społecznej".to_owned(),
        sub_areas: ["PS", "WRiSPZ"].map(str::to_owned).into(),
        verbs: vec!["view", "edit", "approve"],
        voivodeships: Vec::new(),
        created_at: NOW,
        created_by: "operator".to_owned(),
        is_named_creator: true,
        last_used_at: Some(NOW),
        revoked_at: None,
    }
}

impl Page for MachineListPage {
    const TEMPLATE: &'static str = "pages/admin/machines.html.tera";
    const PLACE: &'static str = "admin-machines";
    fn samples() -> Vec<Self> {
        let narrow = MachineRow {
            voivodeships: ["świętokrzyskie", "warmińsko-mazurskie"].map(str::to_owned).into(),
            created_by: "a-nowak".to_owned(),
            is_named_creator: false,
            last_used_at: None,
            ..sample_row()
        };
        let revoked = MachineRow { revoked_at: Some(NOW), ..sample_row() };
        vec![
            Self::default(),
            Self { machines: vec![sample_row(), narrow], revoked: vec![revoked], export: ExportLinks::sample("machines") },
        ]
    }
}

/// `/admin/machines/create`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CreateMachinePage {
    /// As typed.
    pub name: String,
    /// Chosen codes.
    pub sub_areas: Vec<String>,
    /// All sub-areas.
    pub all_sub_areas: Vec<Choice>,
    /// Chosen verbs.
    pub verbs: Vec<String>,
    /// All verbs.
    pub all_verbs: Vec<Choice>,
    /// Chosen codes.
    pub voivodeships: Vec<String>,
    /// All voivodeships.
    pub all_voivodeships: Vec<Choice>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for CreateMachinePage {
    const TEMPLATE: &'static str = "pages/admin/create_machine.html.tera";
    const PLACE: &'static str = "admin-machine-create";
    fn samples() -> Vec<Self> {
        let page = Self {
            all_sub_areas: vec![Choice::new("PS", "PS – pomoc społeczna"), Choice::new("SR", "SR – świadczenia rodzinne")],
            all_verbs: vec![Choice::new("view", "przeglądanie"), Choice::new("edit", "wprowadzanie danych")],
            all_voivodeships: vec![Choice::new("24", "śląskie"), Choice::new("26", "świętokrzyskie")],
            ..Self::default()
        };
        let mut errors = FieldErrors::one("name", Invalid::Required);
        errors.add("sub_areas", Invalid::NothingChosen);
        errors.add("verbs", Invalid::NothingChosen);
        let taken = FieldErrors::one("name", Invalid::MachineNameTaken);
        let typed = Self {
            name: "Sprawozdania PS".to_owned(),
            sub_areas: vec!["PS".to_owned()],
            verbs: vec!["view".to_owned()],
            voivodeships: vec!["26".to_owned()],
            errors: taken,
            ..page.clone()
        };
        vec![page.clone(), Self { errors, ..page }, typed]
    }
}

/// `/admin/machines/token`: shown once.
#[derive(Debug, Clone, Serialize)]
pub struct MachineTokenPage {
    /// Whose.
    pub name: String,
    /// The token.
    pub token: String,
}

impl Page for MachineTokenPage {
    const TEMPLATE: &'static str = "pages/admin/machine_token.html.tera";
    const PLACE: &'static str = "admin-machine-token";
    fn samples() -> Vec<Self> {
        vec![Self { name: "Sprawozdania PS".to_owned(), token: format!("cas_{}", "aB3-_".repeat(9)) }]
    }
}

/// `/admin/machines/<id>/revoke`.
#[derive(Debug, Clone, Serialize)]
pub struct RevokeMachinePage {
    /// What people call it.
    pub name: String,
    /// Last asked, to the minute.
    pub last_used_at: Option<Moment>,
}

impl Page for RevokeMachinePage {
    const TEMPLATE: &'static str = "pages/admin/revoke_machine.html.tera";
    const PLACE: &'static str = "admin-machine-revoke";
    fn samples() -> Vec<Self> {
        [None, Some(NOW)].map(|last_used_at| Self { name: "Sprawozdania PS".to_owned(), last_used_at }).into()
    }
}

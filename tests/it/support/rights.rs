//! Who may do what in units: rights with their days, coordinators, what other systems are told of them.
//! What may not live here: what services do.

use super::fixtures::VALID_UNTIL;
use super::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::id::{AccountId, ApplicationId, GrantId, UnitId};
use cas_portal::storage::grants::{self, Grant};
use cas_portal::storage::{rights, units};
use jiff::civil::Date;

impl TestPortal {
    /// An account holds a right, a sub-area with a function, from one day until another.
    pub async fn holds(&self, account: AccountId, unit: UnitId, right: (&str, &str), days: (Date, Date)) -> GrantId {
        self.holds_by(account, unit, right, days, None).await
    }

    /// As [`TestPortal::holds`], by an application.
    pub async fn holds_by(
        &self,
        account: AccountId,
        unit: UnitId,
        right: (&str, &str),
        (valid_from, valid_until): (Date, Date),
        application: Option<ApplicationId>,
    ) -> GrantId {
        let (sub_area, function) = (right.0.to_owned(), right.1.to_owned());
        let id = self.context.new_grant_id();
        let grant = Grant { id, account, unit, sub_area, function, valid_from, valid_until, application };
        grants::add(self.db(), &grant, self.now()).await.expect("a grant");
        id
    }

    /// An account holds a right from today until [`VALID_UNTIL`].
    pub async fn grant(&self, account: AccountId, unit: UnitId, sub_area: &str, function: &str) {
        self.holds(account, unit, (sub_area, function), (self.now().warsaw_date(), VALID_UNTIL)).await;
    }

    /// An active account with a right in a unit.
    pub async fn employee(&self, unit: UnitId) -> AccountId {
        let account = self.account("pracownik", AccountStatus::Active).await;
        self.grant(account, unit, "PS", "editor").await;
        account
    }

    /// Sub-area and function of each right of an account in a unit that counts today.
    pub async fn rights(&self, account: AccountId, unit: UnitId) -> Vec<(String, String)> {
        let day = self.now().warsaw_date();
        let all = grants::list_of_account(self.db(), account).await.expect("grants");
        let of = all.into_iter().filter(|g| g.unit == unit && g.valid_from <= day && day <= g.valid_until);
        of.map(|g| (g.sub_area, g.function)).collect()
    }

    /// How many rights of an account in a unit other systems hear of now.
    pub async fn rights_told(&self, account: AccountId, unit: UnitId) -> usize {
        let (login, regon) = (self.login_of(account).await.to_lowercase(), self.regon_of(unit).await);
        let told = rights::in_force_on(self.db(), &[&login], &[&regon], self.now().warsaw_date()).await.expect("rights");
        told.iter().filter(|right| right.unit == unit).count()
    }

    /// An account that looks after a unit and holds nothing in it.
    pub async fn coordinator(&self, unit: UnitId) -> AccountId {
        let account = self.account("koordynuje", AccountStatus::Active).await;
        self.assign(account, Role::UnitCoordinator, None, Some(unit)).await;
        account
    }

    /// An employee of a unit who looks after it.
    pub async fn employed_coordinator(&self, unit: UnitId) -> AccountId {
        let account = self.employee(unit).await;
        self.assign(account, Role::UnitCoordinator, None, Some(unit)).await;
        account
    }

    /// A unit is no more.
    pub async fn close_unit(&self, unit: UnitId) {
        units::close(self.db(), unit).await.expect("closed");
    }
}

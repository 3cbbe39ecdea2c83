//! What other systems hear over HTTP: answers, problem details, the description of it all.

use super::browser::{Browser, Got, settings};
use crate::support::database::TestDatabase;
use crate::support::portal::{TestPortal, operator};
use cas_portal::services::manage_machines::revoke_machine;
use cas_portal::web::WebSettings;
use cas_portal::web::machines::ROOT;
use cas_portal::web::routes::all;
use rocket::http::ContentType;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A portal with somebody who may edit in PS, and a client that may ask about PS.
struct Stage {
    portal: TestPortal,
    browser: Browser,
    bearer: String,
    login: String,
    regon: String,
    client: cas_portal::domain::id::MachineClientId,
    // Last: the folder goes after the connections.
    _db: TestDatabase,
}

async fn stage_with(settings: WebSettings) -> Stage {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let made = portal.machine(&["PS"], &["view", "edit"], &[]).await;
    let unit = portal.unit().await;
    let login = portal.login_of(portal.employee(unit).await).await;
    let regon = portal.regon_of(unit).await;
    let browser = Browser::with(&portal, settings).await;
    Stage { browser, bearer: format!("Bearer {}", made.token), login, regon, client: made.client.id, portal, _db: db }
}

async fn stage() -> Stage {
    stage_with(settings()).await
}

impl Stage {
    async fn post(&self, path: &str, kind: ContentType, body: &str, authorization: Option<&str>) -> Got {
        let headers: Vec<(&str, &str)> = authorization.map(|text| ("Authorization", text)).into_iter().collect();
        self.browser.post_body(path, kind, body.as_bytes().to_vec(), &headers).await
    }
    async fn ask(&self, path: &str, body: &Value) -> Got {
        self.post(path, ContentType::JSON, &body.to_string(), Some(&self.bearer)).await
    }
    fn question(&self, verb: &str) -> Value {
        json!({ "login": self.login, "unit": self.regon, "sub_area": "PS", "verb": verb })
    }
    async fn gate(&self, headers: &[(&str, &str)]) -> Got {
        let all: Vec<(&str, &str)> = [("Authorization", self.bearer.as_str())].into_iter().chain(headers.iter().copied()).collect();
        self.browser.get_with("/api/v1/gate", &all).await
    }
    async fn refusals(&self, path: &str) -> Vec<(String, String)> {
        let entries = self.portal.trail("route", path).await;
        entries.into_iter().map(|e| (e.actor, e.details["reason"].as_str().unwrap_or_default().to_owned())).collect()
    }
}

fn value(got: &Got) -> Value {
    serde_json::from_str(&got.body).unwrap_or_else(|error| panic!("{error}: {}", got.body))
}

/// The answer is a problem of this kind, in full.
#[track_caller]
fn is_problem(got: &Got, status: u16, key: &str) {
    got.is(status);
    assert_eq!(got.header("Content-Type"), Some("application/problem+json"), "{key}");
    let problem = value(got);
    assert_eq!(problem["type"], format!("urn:cas-portal:problem:{key}"));
    assert_eq!(problem["status"], status);
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert_eq!(problem["request_id"].as_str(), got.header("X-Request-Id"));
    assert_eq!(got.header("Cache-Control"), Some("no-store"));
}

#[rocket::async_test]
async fn one_question_and_many_are_answered() {
    let stage = stage().await;
    let got = stage.ask("/api/v1/decision", &stage.question("edit")).await;
    assert_eq!(value(got.is(200)), json!({ "allowed": true, "decided_at": "2026-11-22T06:05:00.000Z" }));
    assert_eq!((got.header("Content-Type"), got.header("Cache-Control")), (Some("application/json"), Some("no-store")));
    assert!(got.header("Set-Cookie").is_none(), "machines have no cookies");
    let mut nobody = stage.question("view");
    nobody["login"] = json!("nikt-taki");
    assert_eq!(value(stage.ask("/api/v1/decision", &nobody).await.is(200))["allowed"], false);
    let batch = json!({ "questions": [stage.question("view"), nobody, stage.question("edit")] });
    let got = stage.ask("/api/v1/decisions", &batch).await;
    assert_eq!(value(got.is(200))["allowed"], json!([true, false, true]));
    let full = json!({ "questions": vec![stage.question("view"); 100] });
    assert_eq!(value(stage.ask("/api/v1/decisions", &full).await.is(200))["allowed"], json!(vec![true; 100]));
}

#[rocket::async_test]
async fn without_a_token_in_force_nothing_is_answered() {
    let stage = stage().await;
    let body = stage.question("view").to_string();
    let unknown = format!("Bearer cas_{}", "a".repeat(43));
    for authorization in [None, Some("Basic YTpi"), Some("Bearer"), Some("Bearer x"), Some(unknown.as_str())] {
        let got = stage.post("/api/v1/decision", ContentType::JSON, &body, authorization).await;
        is_problem(&got, 401, "unauthorized");
        assert_eq!(got.header("WWW-Authenticate"), Some("Bearer realm=\"cas-portal\""));
    }
    let lower = stage.bearer.replace("Bearer", "bearer");
    stage.post("/api/v1/decision", ContentType::JSON, &body, Some(&lower)).await.is(200);
    // Who is signed in as a person is nobody here.
    let person = stage.portal.official(cas_portal::domain::account::Role::CentralAdministrator, None).await;
    stage.browser.sign_in(&stage.portal, person).await;
    is_problem(&stage.post("/api/v1/decision", ContentType::JSON, &body, None).await, 401, "unauthorized");
    revoke_machine(&stage.portal.context, &operator(), stage.client).await.expect("revoked");
    is_problem(&stage.ask("/api/v1/decision", &stage.question("view")).await, 401, "unauthorized");
    let refusals = stage.refusals("/api/v1/decision").await;
    assert_eq!(refusals, vec![("visitor".to_owned(), "unknown_token".to_owned()); 3], "tokens that were tried stand in the trail");
}

#[rocket::async_test]
async fn what_is_no_question_is_told_so() {
    let stage = stage().await;
    let valid = stage.question("view").to_string();
    let path = "/api/v1/decision";
    let bearer = Some(stage.bearer.as_str());
    is_problem(&stage.post(path, ContentType::Form, &valid, bearer).await, 415, "not-json");
    is_problem(&stage.post(path, ContentType::JSON, "{\"login\": ", bearer).await, 400, "malformed");
    is_problem(&stage.post(path, ContentType::JSON, "", bearer).await, 400, "malformed");
    is_problem(&stage.post(path, ContentType::JSON, &format!("\"{}\"", "x".repeat(70_000)), bearer).await, 413, "too-large");
    let mut missing = stage.question("view");
    missing.as_object_mut().expect("an object").remove("unit");
    let mut foreign = stage.question("view");
    foreign["role"] = json!("admin");
    for wrong in [stage.question("delete"), missing, foreign, json!([]), json!({ "login": 1 })] {
        let got = stage.ask(path, &wrong).await;
        is_problem(&got, 422, "invalid");
        assert!(value(&got)["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{wrong}");
    }
    for number in [0, 101] {
        let got = stage.ask("/api/v1/decisions", &json!({ "questions": vec![stage.question("view"); number] })).await;
        is_problem(&got, 422, "invalid");
        assert!(value(&got)["detail"].as_str().is_some_and(|detail| detail.contains(&number.to_string())));
    }
    is_problem(&stage.browser.get("/api/v1/nothing").await, 404, "not-found");
    is_problem(&stage.browser.get(path).await, 404, "not-found");
    is_problem(&stage.ask("/api/v1/nothing", &json!({})).await, 404, "not-found");
    stage.portal.db().clone().close().await.expect("closed");
    let away = stage.ask(path, &stage.question("view")).await;
    is_problem(&away, 503, "unavailable");
    assert!(away.header("Retry-After").is_some() && value(&away).get("detail").is_none(), "no cause on the other side");
}

#[rocket::async_test]
async fn beyond_its_scope_a_client_is_refused_and_it_stands_in_the_trail() {
    let stage = stage().await;
    let mut other = stage.question("view");
    other["sub_area"] = json!("SR");
    for beyond in [stage.question("approve"), other] {
        is_problem(&stage.ask("/api/v1/decision", &beyond).await, 403, "outside-scope");
        is_problem(&stage.ask("/api/v1/decisions", &json!({ "questions": [stage.question("view"), beyond] })).await, 403, "outside-scope");
    }
    for path in ["/api/v1/decision", "/api/v1/decisions"] {
        let refusals = stage.refusals(path).await;
        assert_eq!(refusals.len(), 2);
        assert!(
            refusals.iter().all(|(actor, reason)| actor.starts_with("machine:Sprawozdania") && reason == "outside_scope"),
            "{refusals:?}"
        );
    }
}

#[rocket::async_test]
async fn the_gate_answers_by_its_status() {
    let stage = stage().await;
    let (login, regon) = (stage.login.as_str(), stage.regon.as_str());
    let all = [("X-CAS-Login", login), ("X-CAS-Unit", regon), ("X-CAS-Sub-Area", "PS"), ("X-CAS-Verb", "edit")];
    let got = stage.gate(&all).await;
    assert_eq!((got.status, got.body.as_str()), (204, ""));
    let replaced = |name: &str, value: &'static str| all.map(|(n, v)| if n == name { (n, value) } else { (n, v) });
    for (name, value, status, key) in [
        ("X-CAS-Login", "nikt-taki", 403, "refused"),
        ("X-CAS-Login", "", 403, "refused"),
        ("X-CAS-Login", "anna&unit=1", 403, "refused"),
        ("X-CAS-Unit", "123456785", 403, "refused"),
        ("X-CAS-Unit", "1", 403, "refused"),
        ("X-CAS-Sub-Area", "SR", 403, "outside-scope"),
        ("X-CAS-Verb", "approve", 403, "outside-scope"),
        ("X-CAS-Verb", "GET", 422, "invalid"),
    ] {
        is_problem(&stage.gate(&replaced(name, value)).await, status, key);
    }
    for missing in ["X-CAS-Unit", "X-CAS-Sub-Area", "X-CAS-Verb"] {
        let rest: Vec<(&str, &str)> = all.into_iter().filter(|(name, _)| *name != missing).collect();
        is_problem(&stage.gate(&rest).await, 422, "invalid");
    }
    is_problem(&stage.gate(&all[1..]).await, 403, "refused");
    is_problem(&stage.browser.get_with("/api/v1/gate", &all).await, 401, "unauthorized");
}

#[rocket::async_test]
async fn questions_are_limited_by_client_and_refusals_fill_no_trail() {
    let stage = stage_with(WebSettings { rate_limits: true, ..settings() }).await;
    let hundred = json!({ "questions": vec![stage.question("view"); 100] });
    let mut last = stage.ask("/api/v1/decisions", &hundred).await;
    let mut answered = 0;
    while last.status == 200 && answered < 200 {
        answered += 1;
        last = stage.ask("/api/v1/decisions", &hundred).await;
    }
    // A burst of 2,000, and what grows again meanwhile.
    assert!((20..200).contains(&answered), "{answered}");
    is_problem(&last, 429, "too-many");
    assert!(last.header("Retry-After").and_then(|s| s.parse::<u64>().ok()).is_some_and(|s| s >= 1));
    let other = stage.portal.machine(&["PS"], &["view"], &[]).await;
    let other = format!("Bearer {}", other.token);
    stage.post("/api/v1/decisions", ContentType::JSON, &hundred.to_string(), Some(&other)).await.is(200);
    let beyond = stage.question("approve").to_string();
    let unknown = format!("Bearer cas_{}", "a".repeat(43));
    for bearer in [&other, &unknown] {
        let mut statuses = BTreeSet::new();
        for _ in 0..60 {
            statuses.insert(stage.post("/api/v1/decision", ContentType::JSON, &beyond, Some(bearer)).await.status);
        }
        assert!(statuses.contains(&429), "{statuses:?}");
    }
    let refusals = stage.refusals("/api/v1/decision").await.len();
    assert!((60..100).contains(&refusals), "{refusals} of 120 stand in the trail");
}

#[rocket::async_test]
async fn the_description_is_of_exactly_the_routes_that_are_there() {
    let stage = stage().await;
    let got = stage.browser.get("/api/v1/openapi.json").await;
    assert_eq!(got.is(200).header("Content-Type"), Some("application/json"));
    let description = value(&got);
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let paths = description["paths"].as_object().expect("paths");
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().expect("methods").keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    let mounted: BTreeSet<(String, String)> = all()
        .iter()
        .filter(|route| route.uri.path().starts_with(ROOT))
        .map(|route| (route.method.as_str().to_owned(), route.uri.path().to_owned()))
        .collect();
    assert_eq!(described, mounted);
    assert!(mounted.len() >= 4);
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().expect("methods") {
            let is_open = path.ends_with("openapi.json");
            assert_eq!(operation.get("security").is_none(), is_open, "{method} {path} asks for the token");
            assert!(operation["summary"].as_str().is_some_and(|words| !words.is_empty()), "{method} {path}");
        }
    }
    let scheme = &description["components"]["securitySchemes"]["token"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&json!("http"), &json!("bearer")));
    // The shapes are those that are read and written.
    let schemas = &description["components"]["schemas"];
    let keys = |name: &str| schemas[name]["properties"].as_object().expect("properties").keys().cloned().collect::<BTreeSet<_>>();
    let of = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys("Question"), of(&stage.question("view")));
    assert_eq!(keys("Decision"), of(&value(&stage.ask("/api/v1/decision", &stage.question("view")).await)));
    let batch = json!({ "questions": [stage.question("view")] });
    assert_eq!(keys("Batch"), of(&batch));
    assert_eq!(keys("Decisions"), of(&value(&stage.ask("/api/v1/decisions", &batch).await)));
    let problem = value(&stage.ask("/api/v1/decision", &json!({})).await);
    assert_eq!(keys("Problem"), of(&problem));
    assert_eq!(schemas["Verb"]["enum"].as_array().map(Vec::len).or(schemas["Verb"]["oneOf"].as_array().map(Vec::len)), Some(3));
    assert_eq!(schemas["Batch"]["properties"]["questions"]["maxItems"], 100);
    // Every reference leads somewhere.
    for reference in got.body.split("\"$ref\":\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.get(reference).is_some(), "{reference}");
    }
}

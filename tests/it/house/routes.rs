//! Every handler says in its signature who may call it. The services decide again; a handler without a guard is a slip.

use super::source::{Source, files_below, group, is, line};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The types that say who: anybody, somebody signed in or not, somebody signed in, the holder of a permission,
/// somebody who awaits the second factor, somebody who may have to add one first, another system with its token, and anybody while the
/// portal shows its demonstration.
const GUARDS: &[&str] = &["Public", "Anyone", "Member", "Permit", "Held", "Securing", "Machine", "DemoOnly"];

/// Attributes that make a function a handler.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "route"];

/// A handler: its name, its line, and the types of its parameters.
#[derive(Debug)]
struct Handler {
    name: String,
    line: usize,
    parameters: Vec<String>,
}

fn handlers(tokens: TokenStream, found: &mut Vec<Handler>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if is(Some(token), "#")
            && let Some(attribute) = group(tokens.get(at + 1), Delimiter::Bracket)
            && is_method(attribute.stream())
            && let Some(handler) = handler(&tokens[at + 2..])
        {
            found.push(handler);
        } else if let TokenTree::Group(group) = token {
            handlers(group.stream(), found);
        }
    }
}

/// `get("/…")`, also `rocket::get("/…")`.
fn is_method(attribute: TokenStream) -> bool {
    let words: Vec<TokenTree> = attribute.into_iter().collect();
    let arguments = words.iter().position(|word| group(Some(word), Delimiter::Parenthesis).is_some());
    arguments.is_some_and(|at| at > 0 && METHODS.iter().any(|method| is(words.get(at - 1), method)))
}

fn handler(tokens: &[TokenTree]) -> Option<Handler> {
    let at = tokens.iter().position(|token| is(Some(token), "fn"))?;
    let name = tokens.get(at + 1)?;
    let parameters = tokens[at + 2..].iter().find_map(|token| group(Some(token), Delimiter::Parenthesis))?;
    Some(Handler { name: name.to_string(), line: line(name), parameters: types(parameters.stream()) })
}

/// The last word of each parameter's type before its own parameters: `Permit` in `who: guards::Permit<ReviewQueue>`.
fn types(parameters: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = parameters.into_iter().collect();
    let mut found = Vec::new();
    let mut depth = 0_i32;
    let mut start = None;
    for (at, token) in tokens.iter().enumerate() {
        if is(Some(token), "<") {
            depth += 1;
        } else if is(Some(token), ">") && !(at > 0 && is(tokens.get(at - 1), "-")) {
            depth -= 1;
        } else if is(Some(token), ",") && depth == 0 {
            start = None;
        } else if start.is_none() && is(Some(token), ":") {
            start = Some(at + 1);
            let mut end = at + 1;
            while end < tokens.len() && (matches!(tokens[end], TokenTree::Ident(_)) || is(tokens.get(end), ":")) {
                end += 1;
            }
            found.extend(tokens[at + 1..end].last().map(ToString::to_string));
        }
    }
    found
}

/// Has a listener of its own, which only the operator's network reaches: no visitor, no session, no guard.
const OWN_LISTENER: &str = "src/portal/metrics_listener.rs";

/// Handlers without a guard, and handlers that live where nobody looks for them.
fn violations(source: &Source) -> Vec<String> {
    if source.path == OWN_LISTENER {
        return Vec::new();
    }
    let mut all = Vec::new();
    handlers(source.product_tokens(), &mut all);
    let misplaced = !source.path.starts_with("src/web/routes/");
    all.into_iter()
        .filter_map(|handler| {
            let place = format!("{}:{}: {}", source.path, handler.line, handler.name);
            let guarded = handler.parameters.iter().any(|parameter| GUARDS.contains(&parameter.as_str()));
            match (misplaced, guarded) {
                (true, _) => Some(format!("{place}: handlers live in src/web/routes/")),
                (_, false) => Some(format!("{place}: says not who may call it (one of {})", GUARDS.join(", "))),
                _ => None,
            }
        })
        .collect()
}

#[test]
fn every_route_says_who_may_call_it() {
    let sources = files_below("src", ".rs");
    let found: Vec<String> = sources.iter().flat_map(violations).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    let routes: Vec<&Source> = sources.iter().filter(|source| source.path.starts_with("src/web/routes/")).collect();
    let mut all = Vec::new();
    routes.iter().for_each(|source| handlers(source.product_tokens(), &mut all));
    assert_eq!(routes.is_empty(), all.is_empty(), "files in src/web/routes/ hold handlers");
}

#[test]
fn an_unguarded_route_is_found() {
    let found = |text: &str| violations(&Source::planted("src/web/routes/unit.rs", text));
    assert_eq!(
        found("\n#[get(\"/unit\")]\npub async fn show(portal: &State<Portal>) -> Page { }"),
        [
            "src/web/routes/unit.rs:3: show: says not who may call it (one of Public, Anyone, Member, Permit, Held, Securing, Machine, DemoOnly)"
        ]
    );
    assert_eq!(found("#[rocket::post(\"/x\", data = \"<form>\")] async fn create(form: Form<HashMap<Public, Member>>) {}").len(), 1);
    assert_eq!(found("mod inner { #[get(\"/x?<Public>\")] fn f(Public: String) {} }").len(), 1);
    assert_eq!(found("#[get(\"/x\")] #[doc(hidden)] fn f() {}").len(), 1);
    assert_eq!(violations(&Source::planted("src/web/mod.rs", "#[get(\"/x\")] fn f(who: Public) {}")).len(), 1);

    assert!(found("#[get(\"/unit\")] async fn show(who: Permit<permissions::UnitRead>, id: Id) {}").is_empty());
    assert!(found("#[post(\"/x\")] async fn f(form: Form<HashMap<A, B>>, _who: crate::web::guards::Member) {}").is_empty());
    assert!(found("#[get(\"/login\")] fn f(_who: Public, x: &State<X>) {} #[derive(A)] struct S { get: u8 } fn g() {}").is_empty());
}

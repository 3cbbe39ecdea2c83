//! `/admin/post` („Wpływy”): what came, recording it, accepting what is proposed, and what becomes of the rest.

use super::admin::href;
use super::exports;
use crate::domain::id::{PostFileId, PostItemId};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::date_text;
use crate::domain::post::PostView as View;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::handle_post::{
    Known, NewPost, PostQueue, Recorded, Refusal, accept_post, assign_post, correct_post, discard_post, list_recording_offices,
    next_to_accept, pass_post, post_queue, read_post_file, record_post, reopen_post, send_back_post, view_post,
};
use crate::services::receive_signed_form::Part;
use crate::services::review_application::CappedCount;
use crate::web::error::PageError;
use crate::web::forms::{Posted, Uploaded};
use crate::web::guards::{Permit, PostRecord, PostView};
use crate::web::pages::post_pages::{FailingMailbox, PostFilePage, PostItemPage, PostListPage, PostRow, RecordPostPage, Typed};
use crate::web::pages::review::queue::Tab;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

const PLACE: &str = "/admin/post";

fn item_of(text: &str) -> Result<PostItemId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

fn file_of(text: &str) -> Result<PostFileId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

fn path_of(item: PostItemId) -> String {
    format!("{PLACE}/{item}")
}

fn view_of(text: Option<&str>) -> View {
    text.and_then(View::from_key).unwrap_or_default()
}

fn list_href(view: View, after: Option<&str>) -> String {
    href(PLACE, &[("view", view.key()), ("after", after.unwrap_or_default())])
}

fn tabs(who: &Visit<'_>, view: View, found: &PostQueue) -> Vec<Tab> {
    let words = who.context().renderer.labels();
    let tab = |(of, count): &(View, CappedCount)| Tab {
        href: list_href(*of, None),
        text: words.text(&format!("post.views.{}", of.key())),
        count: Some(match count.is_capped {
            true => words.text_with("list.count_more", &[("n", &count.number.to_string())]),
            false => count.number.to_string(),
        }),
        current: *of == view,
    };
    found.counts.iter().map(tab).collect()
}

#[get("/admin/post?<view>&<after>")]
async fn list(who: Permit<'_, PostView>, view: Option<&str>, after: Option<&str>) -> Answer {
    let view = view_of(view);
    let found = post_queue(who.context(), who.actor(), view, after).await?;
    who.show(&PostListPage {
        tabs: tabs(&who, view, &found),
        view: view.key(),
        rows: found.rows.rows.iter().map(|row| PostRow::of(row, found.voivodeships.as_ref())).collect(),
        shows_voivodeship: found.voivodeships.is_some(),
        first: after.map(|_| list_href(view, None)),
        next: found.rows.next.as_deref().map(|next| list_href(view, Some(next))),
        export: exports::links("post", &[("view", view.key())]),
        failing: found
            .failing
            .iter()
            .map(|one| FailingMailbox {
                voivodeship: found.voivodeships.as_ref().and_then(|names| names.get(&one.voivodeship).cloned()),
                since: one.since,
                failure: one.failure.clone(),
            })
            .collect(),
    })
}

#[get("/export/post/<format>?<view>")]
async fn export(who: Permit<'_, PostView>, format: &str, view: Option<&str>) -> Answer {
    exports::answer(&who, &List::Post(view_of(view)), format).await
}

fn typed(form: &Posted) -> NewPost {
    let text = |name: &str| form.text(name).to_owned();
    NewPost {
        voivodeship: text("voivodeship"),
        channel: text("channel"),
        received_on: text("received_on"),
        sender: text("sender"),
        reference: text("post_reference"),
        case_sign: text("case_sign"),
    }
}

async fn record_page(who: &Visit<'_>, typed: NewPost, errors: FieldErrors) -> Result<RecordPostPage, PageError> {
    let offices = list_recording_offices(who.context(), who.actor()).await?;
    Ok(RecordPostPage::of(&offices, who.context().renderer.labels(), typed, errors))
}

#[get("/admin/post/record")]
async fn ask_record(who: Permit<'_, PostRecord>) -> Answer {
    who.show(&record_page(&who, NewPost::default(), FieldErrors::default()).await?)
}

#[post("/admin/post/record", data = "<form>")]
async fn record(who: Permit<'_, PostRecord>, mut form: Uploaded) -> Answer {
    let new = typed(&form);
    let files = form.take_files("post_files");
    let count = files.len();
    match record_post(who.context(), who.actor(), &new, files).await {
        Ok(Recorded::As(item)) => who.redirect_with(path_of(item), "post_recorded"),
        Ok(Recorded::AllKnown(known)) => {
            let again = record_page(&who, new, FieldErrors::one("post_files", Invalid::FileKnown)).await?;
            let known = known.into_iter().map(|Known { item, recorded_at }| (path_of(item), recorded_at)).collect();
            who.show_again(&RecordPostPage { known, ..again })
        }
        Ok(Recorded::Refused { file, reason }) => {
            let again = record_page(&who, new, FieldErrors::one("post_files", reason)).await?;
            who.show_again(&RecordPostPage { refused: (count > 1).then_some((file, count)), ..again })
        }
        Err(ServiceError::Invalid(errors)) => who.show_again(&record_page(&who, new, errors).await?),
        Err(error) => Err(error.into()),
    }
}

async fn item_page(who: &Visit<'_>, id: PostItemId) -> Result<PostItemPage, PageError> {
    let view = view_post(who.context(), who.actor(), id).await?;
    let next = next_to_accept(who.context(), who.actor(), id).await?.map(path_of);
    Ok(PostItemPage::of(&view, who.context().renderer.labels(), next))
}

#[get("/admin/post/<id>", rank = 2)]
async fn show(who: Permit<'_, PostView>, id: &str) -> Answer {
    who.show(&item_page(&who, item_of(id)?).await?)
}

#[post("/admin/post/<id>/accept", data = "<form>")]
async fn accept(who: Permit<'_, PostRecord>, id: &str, form: Posted) -> Answer {
    let id = item_of(id)?;
    let seen: Vec<PostFileId> = form.all("file").map(file_of).collect::<Result<_, _>>()?;
    let accepted = accept_post(who.context(), who.actor(), id, &seen).await?;
    if !accepted.refused.is_empty() {
        let page = item_page(&who, id).await?;
        return who.show_again(&page.refusing(&accepted.refused));
    }
    let flash = match (accepted.done.is_empty(), accepted.left.is_empty()) {
        (true, _) => "post_stale",
        (false, true) => "post_accepted",
        (false, false) => "post_accepted_partly",
    };
    who.redirect_with(path_of(id), flash)
}

async fn correct_page(who: &Visit<'_>, id: PostItemId, typed: Option<NewPost>, errors: FieldErrors) -> Result<RecordPostPage, PageError> {
    let item = view_post(who.context(), who.actor(), id).await?.item;
    let typed = typed.unwrap_or_else(|| NewPost {
        voivodeship: String::new(),
        channel: item.channel.key().to_owned(),
        received_on: date_text(item.received_on),
        sender: item.sender.unwrap_or_default(),
        reference: item.reference.unwrap_or_default(),
        case_sign: item.case_sign.unwrap_or_default(),
    });
    let page = RecordPostPage::of(&[], who.context().renderer.labels(), typed, errors);
    Ok(RecordPostPage { corrects: Some(id.to_string()), ..page })
}

#[get("/admin/post/<id>/correct")]
async fn ask_correct(who: Permit<'_, PostRecord>, id: &str) -> Answer {
    who.show(&correct_page(&who, item_of(id)?, None, FieldErrors::default()).await?)
}

#[post("/admin/post/<id>/correct", data = "<form>")]
async fn correct(who: Permit<'_, PostRecord>, id: &str, form: Posted) -> Answer {
    let (id, new) = (item_of(id)?, typed(&form));
    match correct_post(who.context(), who.actor(), id, &new).await {
        Ok(()) => who.redirect_with(path_of(id), "post_corrected"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&correct_page(&who, id, Some(new), errors).await?),
        Err(error) => Err(error.into()),
    }
}

async fn file_page(
    who: &Visit<'_>,
    id: PostItemId,
    file: PostFileId,
    typed: Typed,
    errors: FieldErrors,
) -> Result<PostFilePage, PageError> {
    let view = view_post(who.context(), who.actor(), id).await?;
    PostFilePage::of(&view, file, who.context().renderer.labels(), typed, errors).ok_or(PageError::NotFound)
}

#[get("/admin/post/<id>/files/<file>")]
async fn show_file(who: Permit<'_, PostRecord>, id: &str, file: &str) -> Answer {
    let (id, file) = (item_of(id)?, file_of(file)?);
    let page = file_page(&who, id, file, Typed::default(), FieldErrors::default()).await?;
    // What waits no more is told where it stands now.
    if page.file.is_waiting { who.show(&page) } else { who.redirect_with(path_of(id), "post_stale") }
}

/// Back to the item with a message; or the page of the file with what was typed; or that somebody was quicker.
async fn settled<T>(
    who: &Visit<'_>,
    (id, file): (PostItemId, PostFileId),
    result: Result<T, ServiceError>,
    flash: &str,
    typed: Typed,
) -> Answer {
    match result {
        Ok(_) => who.redirect_with(path_of(id), flash),
        Err(ServiceError::Invalid(errors)) => who.show_again(&file_page(who, id, file, typed, errors).await?),
        Err(ServiceError::Stale | ServiceError::Barred(_)) => who.redirect_with(path_of(id), "post_stale"),
        Err(error) => Err(error.into()),
    }
}

#[post("/admin/post/<id>/files/<file>/assign", data = "<form>")]
async fn assign(who: Permit<'_, PostRecord>, id: &str, file: &str, form: Posted) -> Answer {
    let of @ (id, file) = (item_of(id)?, file_of(file)?);
    let number = form.text("number").to_owned();
    let mut files = vec![file];
    for more in form.all("assign_with") {
        files.push(file_of(more)?);
    }
    let result = assign_post(who.context(), who.actor(), id, &files, &number).await;
    let typed = Typed { number: Some(number), assign_with: form.all("assign_with").map(str::to_owned).collect(), ..Typed::default() };
    settled(&who, of, result, "post_assigned", typed).await
}

fn refusal(form: &Posted, reason: &str, note: &str) -> Refusal {
    Refusal { reason: form.text(reason).to_owned(), note: form.lines(note) }
}

#[post("/admin/post/<id>/files/<file>/send-back", data = "<form>")]
async fn send_back(who: Permit<'_, PostRecord>, id: &str, file: &str, form: Posted) -> Answer {
    let of @ (id, file) = (item_of(id)?, file_of(file)?);
    let refusal = refusal(&form, "send_back_reason", "send_back_note");
    let result = send_back_post(who.context(), who.actor(), id, file, &refusal).await;
    settled(&who, of, result, "post_sent_back", Typed { send_back: refusal, ..Typed::default() }).await
}

#[post("/admin/post/<id>/files/<file>/discard", data = "<form>")]
async fn discard(who: Permit<'_, PostRecord>, id: &str, file: &str, form: Posted) -> Answer {
    let of @ (id, file) = (item_of(id)?, file_of(file)?);
    let refusal = refusal(&form, "discard_reason", "discard_note");
    let result = discard_post(who.context(), who.actor(), id, file, &refusal).await;
    settled(&who, of, result, "post_discarded", Typed { discard: refusal, ..Typed::default() }).await
}

#[post("/admin/post/<id>/files/<file>/pass", data = "<form>")]
async fn pass(who: Permit<'_, PostRecord>, id: &str, file: &str, form: Posted) -> Answer {
    let of @ (id, file) = (item_of(id)?, file_of(file)?);
    let to = form.text("pass_to").to_owned();
    let result = pass_post(who.context(), who.actor(), id, file, &to).await;
    settled(&who, of, result, "post_passed", Typed { pass_to: Some(to), ..Typed::default() }).await
}

#[post("/admin/post/<id>/files/<file>/reopen", data = "<_form>")]
async fn reopen(who: Permit<'_, PostRecord>, id: &str, file: &str, _form: Posted) -> Answer {
    let of @ (id, file) = (item_of(id)?, file_of(file)?);
    let result = reopen_post(who.context(), who.actor(), id, file).await;
    settled(&who, of, result, "post_reopened", Typed::default()).await
}

/// „wplyw-0199f0a2.pdf”: ours, never the sender's.
fn name_of(file: PostFileId, ending: &str) -> String {
    let id = file.0.simple().to_string();
    // The end of a time-ordered id is what tells two files of one recording apart.
    format!("wplyw-{}.{ending}", id.get(24..).unwrap_or(&id))
}

#[get("/admin/post/<id>/files/<file>/original")]
async fn original(who: Permit<'_, PostView>, id: &str, file: &str) -> Answer {
    let (file, bytes) = read_post_file(who.context(), who.actor(), item_of(id)?, file_of(file)?, Part::Whole).await?;
    Ok(Reply::attachment(file.media_type.content_type(), &name_of(file.id, file.media_type.extension()), bytes))
}

#[get("/admin/post/<id>/files/<file>/page/<n>")]
async fn page(who: Permit<'_, PostView>, id: &str, file: &str, n: &str) -> Answer {
    let n = n.parse().map_err(|_| PageError::NotFound)?;
    let (file, bytes) = read_post_file(who.context(), who.actor(), item_of(id)?, file_of(file)?, Part::Page(n)).await?;
    Ok(Reply::inline("image/png", &name_of(file.id, &format!("{n}.png")), bytes))
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        list,
        export,
        ask_record,
        record,
        show,
        accept,
        ask_correct,
        correct,
        show_file,
        assign,
        send_back,
        discard,
        pass,
        reopen,
        original,
        page
    ]
}

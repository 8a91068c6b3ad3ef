//! The stories that ship with the presenter are what a workbench tells, and hold no secret.

use contract::{Event, exchange::Purpose};
use rolecall_tests::stories::{DOOR, ROLL_CALL, Recording, Story, TOLD, record};
use serde_json::Value;

fn shipped(id: &str) -> String {
    let again = "record it: cargo run -p rolecall-tests --bin record-stories";
    std::fs::read_to_string(Story::path(id)).unwrap_or_else(|_| panic!("{id} is missing; {again}"))
}

fn read(id: &str) -> Story {
    serde_json::from_str(&shipped(id)).unwrap_or_else(|error| panic!("{id}: {error}"))
}

fn all() -> impl Iterator<Item = &'static str> {
    TOLD.iter().map(|(id, ..)| *id).chain([ROLL_CALL])
}

/// What happens in a story, without what differs each day.
fn outline(story: &Story) -> Vec<String> {
    let kept = |event: &Event| match event {
        Event::Exchange { exchange } => {
            let path = exchange
                .request
                .url
                .split('/')
                .skip(3)
                .map(|part| if part.parse::<u64>().is_ok() { "ID" } else { part });
            let path: Vec<&str> = path.collect();
            let status = exchange.response.as_ref().map(|answer| answer.status);
            format!("{:?} /{} {status:?}", exchange.purpose, path.join("/"))
        }
        Event::CellChanged { cell, .. } => format!("{} {:?}", cell.path, cell.verdict),
        event => serde_json::to_value(event).expect("events are JSON")["type"].to_string(),
    };
    story.events.iter().map(kept).collect()
}

#[test]
fn every_shipped_story_is_made_of_the_contracts_events_and_of_nothing_else() {
    for id in all() {
        let story = read(id);
        assert_eq!(story.id, id);
        let written: Value = serde_json::from_str(&shipped(id)).unwrap();
        assert_eq!(serde_json::to_value(&story).unwrap(), written, "{id}: a field came or went");
        assert!(matches!(story.events[0], Event::Workspace { .. }), "{id} begins with the set-up");
        assert!(matches!(story.events.last(), Some(Event::RunFinished { .. })), "{id} ends");
    }
}

#[test]
fn every_shipped_story_leads_to_what_it_tells() {
    for (id, caller, verdicts) in TOLD {
        let story = read(id);
        assert_eq!(story.verdicts(), verdicts, "{id}");
        let calls = story.events.iter().filter_map(|event| match event {
            Event::Exchange { exchange } if exchange.purpose == Purpose::Call => Some(exchange),
            _ => None,
        });
        for call in calls {
            assert_eq!(call.user.as_deref(), Some(caller), "{id}: nobody else is called");
            assert!(call.request.url.ends_with(DOOR), "{id}: at no other door");
        }
    }
    let whole = read(ROLL_CALL);
    let answered = whole.events.iter().filter(|event| matches!(event, Event::CellChanged { .. }));
    assert_eq!(answered.count(), 4 * 3, "everybody at every door");
    assert!(shipped(ROLL_CALL).len() < 400_000, "it is shown in a page");
}

#[test]
fn nothing_in_a_shipped_story_looks_like_a_secret() {
    for id in all() {
        let text = shipped(id);
        for secret in ["eyJ", "PRIVATE KEY", "-----BEGIN"] {
            assert!(!text.contains(secret), "{secret} is in {id}");
        }
        // Wherever a token or an assertion stands, a mark stands in its place.
        for place in ["Bearer ", r#"access_token\":\""#, r#"assertion","value":""#] {
            for (at, _) in text.match_indices(place) {
                let after = &text[at + place.len()..];
                let challenge = after.starts_with("error=") || after.starts_with("realm=");
                assert!(after.starts_with('⟦') || challenge, "{id}: {place}{after:.20}");
            }
        }
    }
}

#[tokio::test]
async fn a_new_recording_tells_the_same_stories_without_a_secret() {
    let Recording { stories, secrets } = record().await;
    assert!(secrets.len() > TOLD.len() + 1, "keys and tokens were in use");
    for story in &stories {
        let text = story.text();
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "a secret is in {}", story.id);
        }
        // In a whole roll call rows are called side by side: their order is the day's.
        if story.id != ROLL_CALL {
            assert_eq!(outline(story), outline(&read(&story.id)), "{} drifted", story.id);
        }
    }
}

//! The HTML file as a browser and a screen reader take it.

use std::collections::HashSet;

use contract::report::ReportFormat;
use sandbox::TokenType;
use scraper::{ElementRef, Html, Selector};

use super::stage::Stage;

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

async fn page() -> Html {
    Html::parse_document(&Stage::called(TokenType::Jwt).await.written(ReportFormat::Html))
}

#[tokio::test]
async fn it_is_well_formed_and_every_link_leads_somewhere() {
    let page = page().await;
    assert_eq!(page.errors, Vec::<std::borrow::Cow<str>>::new());
    let ids: Vec<_> = all(&page, "[id]").iter().filter_map(|e| e.attr("id")).collect();
    let unique: HashSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id is given once");
    let links = all(&page, "a, use");
    assert!(links.len() > 30, "cells and evidence lead to exchanges");
    for link in links {
        let href = link.attr("href").expect("a link leads somewhere");
        match href.strip_prefix('#') {
            Some(id) => assert!(unique.contains(id), "{href}"),
            None => assert!(href.starts_with("http"), "{href}"),
        }
    }
    for labelled in all(&page, "[aria-labelledby]") {
        assert!(unique.contains(labelled.attr("aria-labelledby").unwrap()));
    }
}

#[tokio::test]
async fn it_fetches_nothing_and_runs_nothing() {
    let page = page().await;
    for forbidden in ["script", "link", "img", "iframe", "object", "form", "[src]", "[style]"] {
        assert_eq!(all(&page, forbidden).len(), 0, "{forbidden}");
    }
    let style: String = all(&page, "style").iter().flat_map(|style| style.text()).collect();
    assert!(!style.contains("url(") && !style.contains("@import"), "no font and no image");
    let policy = all(&page, "meta[http-equiv=Content-Security-Policy]");
    assert!(policy[0].attr("content").unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn headings_are_in_order_and_tables_say_what_their_heads_are_for() {
    let page = page().await;
    assert_eq!(all(&page, "html[lang=en]").len(), 1);
    let level = |heading: &ElementRef<'_>| heading.value().name()[1..].parse::<u8>().unwrap();
    let levels: Vec<_> = all(&page, "h1, h2, h3, h4, h5").iter().map(level).collect();
    assert_eq!(levels[0], 1);
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "no level is left out");
    for head in all(&page, "th") {
        assert!(matches!(head.attr("scope"), Some("col" | "row")), "{}", head.html());
    }
    assert_eq!(all(&page, "table").len(), 3);
    assert_eq!(all(&page, "thead").len(), 3, "heads are repeated on every printed page");
    for cell in all(&page, "td .cell") {
        let words: String = cell.text().collect();
        assert!(
            ["In", "Out", "Failed", "Not reached"].iter().any(|w| words.contains(w)),
            "{words}"
        );
    }
}

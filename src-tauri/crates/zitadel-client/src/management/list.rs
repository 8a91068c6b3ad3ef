//! Lists, read whole: page by page, up to a bound.

use std::collections::HashSet;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value as Json, json};

use super::{Area, Call, Management, ManagementError, answer};

/// As many as ZITADEL gives when nothing is asked; it refuses pages over 1,000.
const PAGE: usize = 100;
/// Nobody reads on after ten thousand rows, and neither does this.
const MOST: usize = 10_000;

/// Something that lists hold.
pub(super) trait Listed: DeserializeOwned {
    /// What tells one from another.
    fn id(&self) -> &str;
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Page<T> {
    #[serde(default)]
    details: PageDetails,
    /// Absent where there is none.
    #[serde(default = "Vec::new")]
    result: Vec<T>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PageDetails {
    #[serde(deserialize_with = "answer::number")]
    total_result: Option<u64>,
}

impl Management {
    /// All that match `queries`, at most 10,000. Most lists have no order of their own, so that
    /// pages may overlap: each thing is told once, and a page that brings nothing new is the last.
    pub(super) async fn list<T: Listed>(
        &self,
        path: &[&str],
        queries: &[Json],
    ) -> Result<Vec<T>, ManagementError> {
        let mut all: Vec<T> = Vec::new();
        let mut met = HashSet::new();
        let mut offset = 0;
        loop {
            let page: Page<T> = self.page(path, queries, offset).await?;
            let come = page.result.len();
            let before = all.len();
            all.extend(page.result.into_iter().filter(|item| met.insert(item.id().to_owned())));
            offset += come;
            let is_whole = match page.details.total_result {
                Some(total) => u64::try_from(offset).is_ok_and(|read| read >= total),
                None => come < PAGE,
            };
            if is_whole || all.len() == before || all.len() >= MOST {
                all.truncate(MOST);
                return Ok(all);
            }
        }
    }

    async fn page<T: DeserializeOwned>(
        &self,
        path: &[&str],
        queries: &[Json],
        offset: usize,
    ) -> Result<T, ManagementError> {
        let mut body = json!({ "query": { "offset": offset.to_string(), "limit": PAGE } });
        if !queries.is_empty() {
            body["queries"] = queries.into();
        }
        let (area, body) = (Area::Management, Some(body));
        self.call(Call { method: "POST", area, path, body, repeatable: true }).await
    }
}

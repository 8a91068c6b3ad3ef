//! Records the presenter's stories anew and writes them to `ui/src/stories`.

use rolecall_tests::stories::{self, Story};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let recorded = stories::record().await;
    for story in recorded.stories {
        std::fs::create_dir_all(Story::path(&story.id).parent().expect("a folder"))?;
        std::fs::write(Story::path(&story.id), story.text())?;
    }
    Ok(())
}

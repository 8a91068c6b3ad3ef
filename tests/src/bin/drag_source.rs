//! A small window that can be dragged from: it offers the files named on its command line, as a
//! file manager would. Its title is `drag-source`.

use gtk::{TargetEntry, TargetFlags, gdk, glib, prelude::*};

fn main() {
    gtk::init().expect("a display");
    let uris: Vec<String> = std::env::args()
        .skip(1)
        .map(|path| glib::filename_to_uri(path, None).expect("an absolute path").to_string())
        .collect();
    let window = gtk::Window::new(gtk::WindowType::Toplevel);
    window.set_title("drag-source");
    window.set_default_size(120, 120);
    let handle = gtk::EventBox::new();
    handle.add(&gtk::Label::new(Some("drag me")));
    let offered = [TargetEntry::new("text/uri-list", TargetFlags::empty(), 0)];
    handle.drag_source_set(gdk::ModifierType::BUTTON1_MASK, &offered, gdk::DragAction::COPY);
    handle.connect_drag_data_get(move |_, _, data, _, _| {
        let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
        data.set_uris(&uris);
    });
    // Whoever drops wants to know that the drag is over.
    handle.connect_drag_end(|_, _| gtk::main_quit());
    window.add(&handle);
    window.connect_delete_event(|_, _| {
        gtk::main_quit();
        glib::Propagation::Stop
    });
    window.show_all();
    gtk::main();
}

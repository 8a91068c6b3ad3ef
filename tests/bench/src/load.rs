//! The same request over and over, on connections that stay open.
//!
//! Written on bare sockets: the machine's cores are shared with what is measured, and a client
//! that costs little leaves the difference visible.

use crate::{Outcome, figure::median};
use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    runtime,
    task::JoinSet,
};

/// Requests under way at once.
pub const CONNECTIONS: usize = 16;
const WARMING_UP: Duration = Duration::from_secs(1);
const MEASURING: Duration = Duration::from_secs(5);

/// How fast answers came.
pub struct Rate {
    pub answers: usize,
    pub took: Duration,
    /// Half of the answers took less, in milliseconds.
    pub median_ms: f64,
}

impl Rate {
    pub fn per_second(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64()
    }
}

/// Sends `request` to a port of this machine for five seconds, after one to warm up. `begin` is
/// called between the two. An answer other than 200 is an error.
pub fn measure(port: u16, request: &str, begin: impl FnOnce() -> Outcome) -> Outcome<Rate> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(repeat(port, request, WARMING_UP))?;
    begin()?;
    let began = Instant::now();
    let times = runtime.block_on(repeat(port, request, MEASURING))?;
    let took = began.elapsed();
    Ok(Rate { answers: times.len(), took, median_ms: median(times) })
}

/// The time that each answer took, in milliseconds.
async fn repeat(port: u16, request: &str, duration: Duration) -> Outcome<Vec<f64>> {
    let until = Instant::now() + duration;
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let request = request.to_owned();
        connections.spawn(async move {
            let mut connection = Connection::open(port).await?;
            let mut times = Vec::new();
            while Instant::now() < until {
                let sent = Instant::now();
                connection.exchange(&request).await?;
                times.push(sent.elapsed().as_secs_f64() * 1000.0);
            }
            Ok::<_, std::io::Error>(times)
        });
    }
    let mut all = Vec::new();
    while let Some(times) = connections.join_next().await {
        all.extend(times??);
    }
    Ok(all)
}

/// One kept connection.
struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    async fn open(port: u16) -> std::io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), line: String::new(), body: Vec::new() })
    }

    /// Sends a request and reads the whole answer.
    async fn exchange(&mut self, request: &str) -> std::io::Result<()> {
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        self.read_line().await?;
        let status = self.line.clone();
        let mut length = 0;
        loop {
            self.read_line().await?;
            let line = self.line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).await?;
        if status.starts_with("HTTP/1.1 200 ") {
            return Ok(());
        }
        let body = String::from_utf8_lossy(&self.body);
        Err(std::io::Error::other(format!("{}: {body}", status.trim_end())))
    }

    async fn read_line(&mut self) -> std::io::Result<()> {
        self.line.clear();
        let read = self.stream.read_line(&mut self.line).await?;
        if read == 0 { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// A form as a request.
pub fn post(port: u16, path: &str, form: &[(&str, &str)]) -> Outcome<String> {
    let body = serde_urlencoded::to_string(form)?;
    Ok(format!(
        "POST {path} HTTP/1.1\r\nhost: localhost:{port}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))
}

/// A call with a token.
pub fn get(port: u16, path: &str, token: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nauthorization: Bearer {token}\r\n\r\n"
    )
}

// The example provider of the vendor's own library, as a server that Rolecall's client has to get
// along with. Nothing of it was written with Rolecall in mind: its issuer ends in a slash, its paths
// are not ZITADEL's, its tokens are JWEs, and it says in words why it refuses an assertion.
//
// It serves a world described as ../../fixtures/zitadel-recordings/setup.json describes one. By hand:
//
//	go run . --world ../../fixtures/zitadel-recordings/setup.json
//
// prints one line, {"issuer":"http://localhost:PORT/"}, and serves until its standard input closes.
// `cargo xtask test peers-go` builds it and runs tests/tests/go_provider.rs against it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
)

func main() {
	path := flag.String("world", "", "description of projects, APIs and service users")
	flag.Parse()
	if err := serve(*path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(path string) error {
	world, err := readWorld(path)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	issuer := fmt.Sprintf("http://localhost:%d/", listener.Addr().(*net.TCPAddr).Port)
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	router := exampleop.SetupServer(issuer, newStorage(world), logger, false)

	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"issuer": issuer}); err != nil {
		return err
	}
	go func() {
		// Whoever started it holds the other end, and has ended when it closes.
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = listener.Close()
		os.Exit(0)
	}()
	return http.Serve(listener, router)
}

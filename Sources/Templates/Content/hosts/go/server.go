package hkshost

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// How often an ending process looks whether it may go.
	drainTick = 20 * time.Millisecond
	// Requests that are on their way when the signal comes are served if they arrive within this time.
	drainGrace = 100 * time.Millisecond
)

type gateKey struct{}

// server holds listeners and connections.
type server struct {
	settings   *settings
	dispatcher *dispatcher
	http       *http.Server
	listeners  []net.Listener

	mutex       sync.Mutex
	connections map[*gate]http.ConnState
	// Not zero once the process is to end.
	draining int32
}

func newServer(settings *settings, application *application) *server {
	s := &server{
		settings:    settings,
		dispatcher:  newDispatcher(application),
		connections: map[*gate]http.ConnState{},
	}
	s.http = &http.Server{
		Handler: s,
		// Fixed ends, whatever trickles in: a slow client gains nothing by sending single bytes. Answers have no such end,
		// for a call may take long; the gate watches their progress.
		ReadHeaderTimeout: settings.ioTimeout,
		ReadTimeout:       4 * settings.ioTimeout,
		IdleTimeout:       settings.idleTimeout,
		MaxHeaderBytes:    2 * maxHead,
		ConnState:         s.onState,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, gateKey{}, conn)
		},
		ErrorLog: log.New(lineLogger{"warn"}, "", 0),
	}
	return s
}

// listen opens the listeners.
func (s *server) listen() error {
	if path := s.settings.unixPath; path != "" {
		listener, err := listenUnix(path)
		if err != nil {
			return cannotListen(path, err)
		}
		s.listeners = append(s.listeners, listener)
	}
	address := net.JoinHostPort(s.settings.listenHost, strconv.Itoa(s.settings.port))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return cannotListen(address, err)
	}
	s.listeners = append(s.listeners, listener)
	return nil
}

func listenUnix(path string) (net.Listener, error) {
	// A socket that an earlier process left is removed; anything else stays.
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	// Only the user that runs the function may connect, from the first moment on.
	mask := syscall.Umask(0o177)
	defer syscall.Umask(mask)
	return net.Listen("unix", path)
}

func cannotListen(place string, err error) error {
	var failure *net.OpError
	if errors.As(err, &failure) {
		err = failure.Err
	}
	var system *os.SyscallError
	if errors.As(err, &system) {
		err = system.Err
	}
	return fmt.Errorf("cannot listen on '%s': %v", place, err)
}

// serve accepts connections and returns.
func (s *server) serve() {
	for _, listener := range s.listeners {
		go func(listener net.Listener) {
			err := s.http.Serve(gatedListener{listener, s.settings.ioTimeout})
			if !s.isDraining() {
				fail(fmt.Errorf("cannot accept connections: %v", err))
			}
		}(listener)
	}
}

// drain takes no further connections, and returns when all calls have ended or their time is over.
func (s *server) drain() {
	atomic.StoreInt32(&s.draining, 1)
	for _, listener := range s.listeners {
		// It is not used any more, in whatever state it is.
		_ = listener.Close()
	}
	begin := time.Now()
	ticker := time.NewTicker(drainTick)
	defer ticker.Stop()
	for now := range ticker.C {
		s.closeIdle(now.Sub(begin) > drainGrace)
		running := s.dispatcher.runningCalls()
		if running == 0 && s.openConnections() == 0 {
			return
		}
		if now.Sub(begin) >= s.settings.drain {
			if running > 0 {
				message := fmt.Sprintf("stopped after %s s, calls unfinished: %d", secondsText(s.settings.drain), running)
				logLine("warn", message, nil)
			}
			return
		}
	}
}

// closeIdle closes connections that have been served, and on request those on which nothing has arrived.
func (s *server) closeIdle(alsoNew bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for conn, state := range s.connections {
		if state == http.StateIdle || alsoNew && state == http.StateNew {
			// net/http notices and lets go of it.
			_ = conn.Close()
		}
	}
}

func (s *server) openConnections() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.connections)
}

func (s *server) isDraining() bool {
	return atomic.LoadInt32(&s.draining) != 0
}

func (s *server) onState(conn net.Conn, state http.ConnState) {
	gate, is := conn.(*gate)
	if !is {
		return
	}
	if state == http.StateIdle {
		gate.setAnswered()
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(s.connections, gate)
	} else {
		s.connections[gate] = state
	}
}

// ServeHTTP answers one request.
func (s *server) ServeHTTP(w http.ResponseWriter, message *http.Request) {
	request, refused := receive(message, s.settings.maxBody)
	if refused != nil {
		s.refuse(w, message, refused)
		return
	}
	if given := s.probe(request); given != nil {
		given.write(w, request.method, s.isDraining())
		return
	}
	deadline := time.Now().Add(s.settings.timeout)
	ctx, cancel := context.WithDeadline(message.Context(), deadline)
	defer cancel()
	call := newCall(ctx, request, s.settings, deadline)
	isDone := s.dispatcher.dispatch(call, func(given response) {
		s.deliver(w, call, given)
	})
	if !isDone {
		call.setOverdue()
		text := "did not answer within " + secondsText(s.settings.timeout) + " s"
		logLine("error", "the call "+text, call)
		errorAnswer(http.StatusGatewayTimeout, "the function "+text).write(w, request.method, s.isDraining())
	}
}

func (s *server) deliver(w http.ResponseWriter, call *Call, given response) {
	if given.stream == nil {
		given.write(w, call.request.method, s.isDraining())
		return
	}
	given.writeHead(w, -1, s.isDraining())
	if given.started == nil {
		return
	}
	if err := given.started.deliver(w, call); err != nil {
		switch {
		case call.isOverdue():
			logLine("error", "the answer took too long and was broken off", call)
		case !errors.Is(err, errGone):
			logLine("error", "the answer broke off: "+describe(err), call)
		}
		// Closing without the end of the answer tells the client.
		panic(http.ErrAbortHandler)
	}
}

// probe answers the platform's health checks.
func (s *server) probe(r *request) *answer {
	if r.path != "/health/readiness" && r.path != "/health/liveness" {
		return nil
	}
	if r.method != http.MethodGet && r.method != http.MethodHead {
		return errorAnswer(http.StatusMethodNotAllowed, "health checks are read with GET")
	}
	a := newAnswer(http.StatusOK)
	if s.isDraining() && r.path == "/health/readiness" {
		a.status = http.StatusServiceUnavailable
	}
	a.setType(typeText)
	return a
}

// refuse answers a request whose rest cannot be trusted or is not wanted, and closes the connection.
func (s *server) refuse(w http.ResponseWriter, message *http.Request, refused *refusal) {
	errorAnswer(refused.status, refused.message).write(w, "", true)
	if flusher, is := w.(http.Flusher); is {
		flusher.Flush()
	}
	if gate, is := message.Context().Value(gateKey{}).(*gate); is && message.Header.Get("Expect") == "" {
		gate.linger()
	}
}

package hkshost

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const (
	receiveSize = 16 << 10
	// The most that is written before the client has to have taken some of it.
	sendSize = 64 << 10
	// How long, and for how many bytes, a refused client may go on sending before the connection is cut; cutting at once
	// could take the answer away from it.
	lingerTime = 2 * time.Second
	maxLinger  = 64 << 20
)

// gate stands between a client and net/http, which repairs some malformed requests and tells a slow client nothing:
// it only lets well-formed requests through, and answers the others itself.
type gate struct {
	net.Conn
	ioTimeout time.Duration

	// What was received and not passed on; the first `passable` bytes of it may be. Used by the reader only.
	received []byte
	passable int
	framing  framing
	refused  *refusal

	mutex sync.Mutex
	// Requests let in, and those among them whose answers are complete.
	begun, answered int
	// Whether the gate has answered instead of net/http, which then has nothing more to say.
	isClosed bool
}

func newGate(conn net.Conn, ioTimeout time.Duration) *gate {
	return &gate{Conn: conn, ioTimeout: ioTimeout}
}

// Read gives net/http parts of well-formed requests. Inside of a body it fails with a refusal where the rest is malformed.
func (g *gate) Read(buffer []byte) (int, error) {
	for {
		if g.passable > 0 {
			return g.pass(buffer), nil
		}
		if g.refused != nil {
			return g.fail(buffer)
		}
		if len(g.received) > 0 {
			if g.advance(); g.passable > 0 || g.refused != nil {
				continue
			}
		}
		if err := g.receive(); err != nil {
			if !isTimeout(err) || len(g.received) == 0 || g.framing.phase != inHead || g.busy() {
				return 0, err
			}
			g.refused = refuse(408, "the request took too long to arrive")
		}
	}
}

// Write sends an answer piece by piece, so that the time-out is about progress and not about the whole.
func (g *gate) Write(data []byte) (int, error) {
	g.mutex.Lock()
	isClosed := g.isClosed
	g.mutex.Unlock()
	if isClosed {
		return len(data), nil
	}
	written := 0
	for written < len(data) {
		end := written + sendSize
		if end > len(data) {
			end = len(data)
		}
		if err := g.Conn.SetWriteDeadline(time.Now().Add(g.ioTimeout)); err != nil {
			return written, err
		}
		count, err := g.Conn.Write(data[written:end])
		written += count
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// setAnswered notes that the answer to a request is complete.
func (g *gate) setAnswered() {
	g.mutex.Lock()
	g.answered++
	g.mutex.Unlock()
}

// linger ends our side of the connection and takes in what the client still sends.
func (g *gate) linger() {
	if half, ok := g.Conn.(interface{ CloseWrite() error }); !ok || half.CloseWrite() != nil {
		return
	}
	if g.Conn.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		// However it ends, the connection is closed next.
		_, _ = io.CopyN(io.Discard, g.Conn, maxLinger)
	}
}

func (g *gate) pass(buffer []byte) int {
	count := copy(buffer, g.received[:g.passable])
	g.received = g.received[count:]
	g.passable -= count
	return count
}

// advance looks at what was received.
func (g *gate) advance() {
	wasInHead := g.framing.phase == inHead
	for wasInHead && len(g.received) >= 2 && g.received[0] == '\r' && g.received[1] == '\n' {
		// Blank lines before a request are to be ignored (RFC 9112, 2.2).
		g.received = g.received[2:]
	}
	// A body's pieces together: a chunk's frame is not worth a call of its own.
	for g.refused == nil {
		count, refused := g.framing.next(g.received[g.passable:])
		g.passable += count
		g.refused = refused
		if count == 0 || g.framing.phase == inHead || g.passable == len(g.received) {
			break
		}
	}
	if wasInHead && g.passable > 0 {
		g.mutex.Lock()
		g.begun++
		g.mutex.Unlock()
	}
}

// fail ends a connection on which something malformed has arrived.
func (g *gate) fail(buffer []byte) (int, error) {
	if g.framing.phase != inHead {
		return 0, g.refused
	}
	if g.busy() {
		// net/http watches for the end of the connection while it answers an earlier request. One byte tells it that there
		// is more to read, which it will do when that answer has left.
		return copy(buffer, "\r"), nil
	}
	g.mutex.Lock()
	isClosed := g.isClosed
	g.mutex.Unlock()
	if !isClosed {
		// The client may be gone, which the next step finds out.
		_, _ = g.Write(errorAnswer(g.refused.status, g.refused.message).raw())
		g.mutex.Lock()
		g.isClosed = true
		g.mutex.Unlock()
		g.linger()
	}
	return 0, io.EOF
}

func (g *gate) receive() error {
	free := cap(g.received) - len(g.received)
	if free < receiveSize/4 {
		grown := make([]byte, len(g.received), len(g.received)+receiveSize)
		copy(grown, g.received)
		g.received = grown
	}
	count, err := g.Conn.Read(g.received[len(g.received):cap(g.received)])
	g.received = g.received[:len(g.received)+count]
	if count > 0 {
		return nil
	}
	return err
}

// busy tells whether a request is being answered.
func (g *gate) busy() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.begun > g.answered
}

func isTimeout(err error) bool {
	var timed net.Error
	return errors.As(err, &timed) && timed.Timeout()
}

// gatedListener puts a gate before every connection.
type gatedListener struct {
	net.Listener
	ioTimeout time.Duration
}

func (l gatedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newGate(conn, l.ioTimeout), nil
}

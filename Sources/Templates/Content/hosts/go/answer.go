package hkshost

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

const (
	typeText   = "text/plain; charset=utf-8"
	typeJSON   = "application/json"
	typeBinary = "application/octet-stream"
	typeLines  = "application/x-ndjson"
)

// answer is what a caller gets.
type answer struct {
	status int
	header http.Header
	body   []byte
	// What makes the body piece by piece; nil for most answers.
	stream stream
}

func newAnswer(status int) *answer {
	return &answer{status: status, header: http.Header{}}
}

// errorAnswer says what went wrong as JSON.
func errorAnswer(status int, message string, details ...field) *answer {
	a := newAnswer(status)
	a.header.Set("Content-Type", typeJSON)
	var body bytes.Buffer
	body.WriteString(`{"error":`)
	body.Write(encodeField(message))
	for _, detail := range details {
		body.WriteByte(',')
		body.Write(encodeField(detail.name))
		body.WriteByte(':')
		body.Write(encodeField(detail.value))
	}
	body.WriteByte('}')
	a.body = body.Bytes()
	return a
}

// setType names the content where the handler did not.
func (a *answer) setType(contentType string) {
	if a.header["Content-Type"] == nil {
		a.header.Set("Content-Type", contentType)
	}
}

// hasBody tells whether an answer with this status may have a body (RFC 9110, 6.4.1).
func (a *answer) hasBody() bool {
	return a.status != http.StatusNoContent && a.status != http.StatusResetContent && a.status != http.StatusNotModified
}

// writeHead sends all but the body; the length is not known where it is below zero.
func (a *answer) writeHead(w http.ResponseWriter, length int, closes bool) {
	header := w.Header()
	// Without it net/http would guess the type from the body.
	header["Content-Type"] = nil
	for name, values := range a.header {
		header[name] = values
	}
	if closes {
		header.Set("Connection", "close")
	}
	if length >= 0 && a.hasBody() {
		header.Set("Content-Length", strconv.Itoa(length))
	}
	w.WriteHeader(a.status)
}

// write sends an answer that is not streamed.
func (a *answer) write(w http.ResponseWriter, method string, closes bool) {
	length := len(a.body)
	if length == 0 && method == http.MethodHead {
		// Without a body there is no telling how long the answer to GET would be.
		length = -1
	}
	a.writeHead(w, length, closes)
	if a.hasBody() && method != http.MethodHead {
		// The client may be gone; nobody is left to tell.
		_, _ = w.Write(a.body)
	}
}

// raw is the answer as it goes over a connection that then closes.
func (a *answer) raw() []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	fmt.Fprintf(&text, "Content-Type: %s\r\n", a.header.Get("Content-Type"))
	fmt.Fprintf(&text, "Content-Length: %d\r\nConnection: close\r\n\r\n", len(a.body))
	text.Write(a.body)
	return text.Bytes()
}

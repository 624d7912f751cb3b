package hkshost

import (
	"bytes"
	"strings"
)

// maxChunkLine bounds a chunk's size line with its extensions.
const maxChunkLine = 1024

type phase int

const (
	inHead phase = iota
	inBody
	inChunkSize
	inChunk
	inChunkEnd
	inTrailers
)

// framing finds where the requests of a connection begin and end, and refuses those that are malformed.
type framing struct {
	phase phase
	// Bytes that the body or the chunk still lacks.
	left int64
}

// next tells how many of the first bytes of data may be passed on; none where it takes more of them to decide.
func (f *framing) next(data []byte) (int, *refusal) {
	switch f.phase {
	case inHead:
		return f.nextHead(data)
	case inBody, inChunk:
		return f.nextContent(data), nil
	case inChunkSize:
		return f.nextChunkSize(data)
	case inChunkEnd:
		return f.nextChunkEnd(data)
	default:
		return f.nextTrailers(data)
	}
}

func (f *framing) nextHead(data []byte) (int, *refusal) {
	limit := len(data)
	if limit > maxHead {
		limit = maxHead
	}
	end := bytes.Index(data[:limit], []byte("\r\n\r\n"))
	if end < 0 {
		if len(data) >= maxHead {
			return 0, refuse(431, "the request's head is too large")
		}
		if holdsForbiddenSoFar(data) {
			return 0, refuse(400, "the request's head holds a forbidden character")
		}
		return 0, nil
	}
	head, refused := parseHead(data[:end])
	if refused != nil {
		return 0, refused
	}
	if head.isChunked {
		f.phase = inChunkSize
	} else if head.length > 0 {
		f.phase, f.left = inBody, head.length
	}
	return end + 4, nil
}

func (f *framing) nextContent(data []byte) int {
	if int64(len(data)) < f.left {
		f.left -= int64(len(data))
		return len(data)
	}
	count := int(f.left)
	if f.phase == inChunk {
		f.phase = inChunkEnd
	} else {
		f.phase = inHead
	}
	return count
}

func (f *framing) nextChunkSize(data []byte) (int, *refusal) {
	end := bytes.Index(data, []byte("\r\n"))
	if end > maxChunkLine || end < 0 && len(data) > maxChunkLine {
		return 0, refuse(400, "a chunk's size line is too long")
	}
	if end < 0 {
		return 0, nil
	}
	size, ok := parseChunkSize(data[:end])
	if !ok {
		return 0, refuse(400, "a chunk's size is malformed")
	}
	f.phase, f.left = inChunk, size
	if size == 0 {
		f.phase = inTrailers
	}
	return end + 2, nil
}

func (f *framing) nextChunkEnd(data []byte) (int, *refusal) {
	if len(data) < 2 {
		return 0, nil
	}
	if data[0] != '\r' || data[1] != '\n' {
		return 0, refuse(400, "a chunk is longer than its size says")
	}
	f.phase = inChunkSize
	return 2, nil
}

func (f *framing) nextTrailers(data []byte) (int, *refusal) {
	if bytes.HasPrefix(data, []byte("\r\n")) {
		f.phase = inHead
		return 2, nil
	}
	end := bytes.Index(data, []byte("\r\n\r\n"))
	if end > maxHead || end < 0 && len(data) > maxHead {
		return 0, refuse(431, "the request's trailers are too large")
	}
	if end < 0 {
		return 0, nil
	}
	if holdsForbidden(data[:end]) {
		return 0, refuse(400, "the request's trailers hold a forbidden character")
	}
	if _, refused := parseFields(strings.Split(string(data[:end]), "\r\n")); refused != nil {
		return 0, refused
	}
	f.phase = inHead
	return end + 4, nil
}

// parseChunkSize reads hexadecimal digits, and extensions that are dropped later.
func parseChunkSize(line []byte) (int64, bool) {
	size, count := int64(0), 0
	for ; count < len(line); count++ {
		digit := strings.IndexByte("0123456789abcdef", line[count]|0x20)
		if line[count] < '0' || digit < 0 {
			break
		}
		size = size<<4 + int64(digit)
	}
	if count == 0 || count > 15 {
		return 0, false
	}
	extension := bytes.TrimLeft(line[count:], " \t")
	if len(line) > count && (len(extension) == 0 || extension[0] != ';') {
		return 0, false
	}
	return size, !holdsForbidden(extension)
}

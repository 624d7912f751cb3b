package hkshost

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"time"
)

const pieceSize = 64 << 10

// errGone tells a producer that nobody takes what it makes.
var errGone = errors.New("the caller no longer waits")

// stream writes a body piece by piece. It names the content before the first piece.
type stream interface {
	writeTo(w io.Writer, call *Call, name func(contentType string)) error
	// close is called where no piece is wanted.
	close()
}

// newStream gives the stream that a body is, nil where it is none.
func newStream(body interface{}) stream {
	if isNothing(body) || isMarshaler(body) {
		return nil
	}
	switch source := body.(type) {
	case io.WriterTo:
		return writerStream{source}
	case io.Reader:
		return readerStream{source}
	}
	if channel := reflect.ValueOf(body); channel.Kind() == reflect.Chan && channel.Type().ChanDir() != reflect.SendDir {
		return channelStream{channel}
	}
	return nil
}

type readerStream struct{ source io.Reader }

func (s readerStream) writeTo(w io.Writer, _ *Call, name func(string)) error {
	defer s.close()
	name(typeBinary)
	buffer := make([]byte, pieceSize)
	for {
		count, err := s.source.Read(buffer)
		if count > 0 {
			if _, failure := w.Write(buffer[:count]); failure != nil {
				return failure
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s readerStream) close() { closeSource(s.source) }

type writerStream struct{ source io.WriterTo }

func (s writerStream) writeTo(w io.Writer, _ *Call, name func(string)) error {
	defer s.close()
	name(typeBinary)
	_, err := s.source.WriteTo(w)
	return err
}

func (s writerStream) close() { closeSource(s.source) }

func closeSource(source interface{}) {
	if closer, is := source.(io.Closer); is {
		// What it held is not of interest any more.
		_ = closer.Close()
	}
}

// channelStream sends what is received until the channel is closed. An error that is received breaks the answer off.
type channelStream struct{ source reflect.Value }

func (s channelStream) writeTo(w io.Writer, call *Call, name func(string)) error {
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: s.source},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(call.ctx.Done())},
	}
	for {
		chosen, value, ok := reflect.Select(cases)
		if chosen == 1 {
			return errGone
		}
		if !ok {
			return nil
		}
		item := value.Interface()
		if err, is := item.(error); is {
			return err
		}
		data, contentType, err := encodePiece(item)
		if err != nil {
			return err
		}
		name(contentType)
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
}

// close leaves the channel alone: its sender learns from the context that nobody waits.
func (s channelStream) close() {}

// encodePiece takes bytes as they are, text as it is, everything else as a line of JSON.
func encodePiece(item interface{}) ([]byte, string, error) {
	switch inner := reflect.ValueOf(item); {
	case item == nil || isMarshaler(item):
	case inner.Kind() == reflect.String:
		return []byte(inner.String()), typeText, nil
	case inner.Kind() == reflect.Slice && inner.Type().Elem().Kind() == reflect.Uint8:
		return inner.Bytes(), typeBinary, nil
	}
	data, err := encodeJSON(item)
	if err != nil {
		return nil, "", unsendable("it is not JSON: %v", err)
	}
	return append(data, '\n'), typeLines, nil
}

// startedStream is a stream whose first piece is there, which tells the kind of content.
type startedStream struct {
	pieces *io.PipeReader
	first  []byte
}

// startStream runs the producer in a goroutine of its own until its first piece is there; it may fail while there is
// time to say so.
func startStream(a *answer, call *Call) (*startedStream, error) {
	reader, writer := io.Pipe()
	go func() {
		var err error
		defer func() {
			if value := recover(); value != nil {
				err = newPanicError(value)
			}
			// A pipe that is closed with nil ends as files do.
			_ = writer.CloseWithError(err)
		}()
		err = a.stream.writeTo(writer, call, a.setType)
	}()
	s := &startedStream{pieces: reader}
	buffer := make([]byte, pieceSize)
	count, err := reader.Read(buffer)
	s.first = buffer[:count]
	if err == io.EOF {
		return s, nil
	}
	return s, err
}

// deliver writes the pieces as they come. It fails where the producer fails or the time is over.
func (s *startedStream) deliver(w http.ResponseWriter, call *Call) error {
	isOver := time.AfterFunc(time.Until(call.deadline), func() {
		_ = s.pieces.CloseWithError(errGone)
	})
	defer isOver.Stop()
	defer s.stop()
	flusher, _ := w.(http.Flusher)
	piece := s.first
	buffer := make([]byte, pieceSize)
	for {
		if len(piece) > 0 {
			if _, err := w.Write(piece); err != nil {
				return errGone
			}
			flusher.Flush()
		}
		count, err := s.pieces.Read(buffer)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			if err == io.ErrClosedPipe {
				err = errGone
			}
			return err
		}
		piece = buffer[:count]
	}
}

// stop lets the producer's next piece fail.
func (s *startedStream) stop() {
	_ = s.pieces.CloseWithError(errGone)
}

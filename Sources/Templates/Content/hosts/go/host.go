// Package hkshost turns HTTP requests into calls of one Go function. Only the standard library, Go 1.18 or newer.
//
// The platform compiles it into the function's own module, beside a main package that hands the function to Main.
package hkshost

import (
	"os"
	"os/signal"
	"syscall"
)

// adoptions are what newer releases of Go allow besides; files with build constraints add to it.
var adoptions []func(*settings)

// Main serves a function until SIGTERM or SIGINT. It ends the process with status 0, or with 1 and the reason as the
// last line where the function cannot be served.
func Main(name string, function interface{}) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	// Otherwise a reader of our lines that went away would end the function.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	settings, err := readSettings(os.Getenv)
	if err != nil {
		fail(err)
	}
	handler, err := newHandler(name, function)
	if err != nil {
		fail(err)
	}
	adoptStandardLog()
	for _, adopt := range adoptions {
		adopt(settings)
	}
	server := newServer(settings, newApplication(settings, handler))
	if err := server.listen(); err != nil {
		fail(err)
	}
	server.serve()
	<-stop
	server.drain()
	os.Exit(0)
}

func fail(err error) {
	writePlain(err.Error() + "\n")
	os.Exit(1)
}

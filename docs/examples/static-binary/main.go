// A program that serves HTTP by itself: all that the platform asks for is that it listens on $PORT.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/health/readiness", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("/", greet)
	server := &http.Server{Addr: os.Getenv("HKS_LISTEN_HOST") + ":" + os.Getenv("PORT"), Handler: mux}

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
		<-stop
		// Requests that run may finish.
		limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(limit); err != nil {
			log.Print(err)
		}
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-ended
}

func greet(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	if name == "" {
		name = "World"
	}
	log.Printf("greeting %s (%s)", name, r.Header.Get("X-Request-Id"))
	fmt.Fprintf(w, "%s, %s!\n", os.Getenv("GREETING"), name)
}

package function

import (
	"context"
	"os"
	"reflect"
	"testing"
)

func TestHandler(t *testing.T) {
	tests := []struct {
		name     string
		greeting string
		request  Request
		status   int
		body     map[string]string
	}{
		{
			name: "greets the world",
			body: map[string]string{"message": "Hello, World!"},
		},
		{
			name:    "greets the name in the query",
			request: Request{Query: map[string]string{"name": "Ada"}},
			body:    map[string]string{"message": "Hello, Ada!"},
		},
		{
			name:    "greets the name in the body",
			request: Request{Data: map[string]any{"name": "Grace"}},
			body:    map[string]string{"message": "Hello, Grace!"},
		},
		{
			name:     "takes the greeting from the environment",
			greeting: "Good morning",
			body:     map[string]string{"message": "Good morning, World!"},
		},
		{
			name:    "refuses a name that is not a string",
			request: Request{Data: map[string]any{"name": 7.0}},
			status:  400,
			body:    map[string]string{"error": "name must be a string"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// Setenv puts back what was there, also where nothing was.
			t.Setenv("GREETING", test.greeting)
			if test.greeting == "" {
				os.Unsetenv("GREETING")
			}
			response, err := Handler(context.Background(), test.request)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || !reflect.DeepEqual(response.Body, test.body) {
				t.Errorf("got %+v, want status %d and %v", response, test.status, test.body)
			}
		})
	}
}

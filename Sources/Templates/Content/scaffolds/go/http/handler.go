// Package function greets whoever calls.
package function

import (
	"context"
	"os"
)

// Request is the part of an HTTP request that the function looks at.
type Request struct {
	Query map[string]string `json:"queryStringParameters"`
	// The body, where it is JSON.
	Data any `json:"data"`
}

// Response is an answer; its body becomes JSON. Without a status it is 200.
type Response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers,omitempty"`
	Body       any               `json:"body"`
}

// Handler greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}).
func Handler(ctx context.Context, request Request) (Response, error) {
	name, ok := requestedName(request).(string)
	if !ok {
		return Response{StatusCode: 400, Body: map[string]string{"error": "name must be a string"}}, nil
	}
	CallFrom(ctx).Info("greeting " + name)
	greeting, ok := os.LookupEnv("GREETING")
	if !ok {
		greeting = "Hello"
	}
	return Response{Body: map[string]string{"message": greeting + ", " + name + "!"}}, nil
}

func requestedName(request Request) any {
	if name := request.Query["name"]; name != "" {
		return name
	}
	if data, ok := request.Data.(map[string]any); ok && data["name"] != nil {
		return data["name"]
	}
	return "World"
}

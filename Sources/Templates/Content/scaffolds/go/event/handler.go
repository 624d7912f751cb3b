// Package function accepts orders.
package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Event is the part of a CloudEvent that the function looks at.
type Event struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// Order is the data of an order that was created.
type Order struct {
	ID     string      `json:"orderId"`
	Amount json.Number `json:"amount"`
}

// Reply is the CloudEvent that answers one; what is left out, the platform adds.
type Reply struct {
	Type   string   `json:"type"`
	Source string   `json:"source"`
	Data   Accepted `json:"data"`
}

// Accepted is the data of an order that was accepted.
type Accepted struct {
	OrderID string `json:"orderId"`
}

// Handler accepts an order: it replies with an event of its own.
func Handler(ctx context.Context, event Event) (*Reply, error) {
	call := CallFrom(ctx)
	if event.Type != "com.example.order.created" {
		call.Info("ignoring " + event.Type)
		return nil, nil
	}
	var order Order
	if err := json.Unmarshal(event.Data, &order); err != nil {
		return nil, fmt.Errorf("the order cannot be read: %w", err)
	}
	if order.ID == "" {
		return nil, errors.New("the order has no orderId")
	}
	call.Info(fmt.Sprintf("order %s over %s received", order.ID, order.Amount))
	return &Reply{
		Type:   "com.example.order.accepted",
		Source: "/functions/" + call.FunctionName(),
		Data:   Accepted{OrderID: order.ID},
	}, nil
}

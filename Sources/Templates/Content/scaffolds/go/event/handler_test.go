package function

import (
	"context"
	"encoding/json"
	"testing"
)

func TestAcceptsAnOrder(t *testing.T) {
	reply, err := Handler(context.Background(), created(`{"orderId": "1042", "amount": 99.5}`))
	if err != nil {
		t.Fatal(err)
	}
	if reply == nil || reply.Type != "com.example.order.accepted" || reply.Data.OrderID != "1042" {
		t.Errorf("got %+v", reply)
	}
}

func TestIgnoresOtherTypes(t *testing.T) {
	reply, err := Handler(context.Background(), Event{Type: "com.example.order.cancelled"})
	if reply != nil || err != nil {
		t.Errorf("got %+v and %v", reply, err)
	}
}

func TestRefusesDataWithoutAnOrderID(t *testing.T) {
	for _, data := range []string{`null`, `{"amount": 1}`, `{"orderId": ""}`, `"text"`} {
		if reply, err := Handler(context.Background(), created(data)); err == nil {
			t.Errorf("%s: got %+v and no error", data, reply)
		}
	}
}

func created(data string) Event {
	return Event{Type: "com.example.order.created", Data: json.RawMessage(data)}
}

<?php

declare(strict_types=1);

require_once __DIR__ . '/../index.php';

/** A logger that keeps what it is told. */
final class Recorder
{
    public array $lines = [];

    public function info(string $message): void
    {
        $this->lines[] = $message;
    }
}

/** Calls the handler with an event of a type; returns its reply and what it logged. */
function call(string $type, mixed $data): array
{
    $logger = new Recorder();
    $event = ['id' => '1', 'source' => '/shop', 'type' => $type, 'data' => $data];
    return [handler($event, ['functionName' => 'orders', 'logger' => $logger]), $logger->lines];
}

return [
    'accepts an order' => function () {
        [$reply, $lines] = call('com.example.order.created', ['orderId' => '1042', 'amount' => 99.5]);
        assertSame('com.example.order.accepted', $reply['type']);
        assertSame('/functions/orders', $reply['source']);
        assertSame(['orderId' => '1042'], $reply['data']);
        assertSame(['order 1042 over 99.5 received'], $lines);
    },
    'ignores other types' => function () {
        [$reply, $lines] = call('com.example.order.cancelled', ['orderId' => '1042']);
        assertSame(null, $reply);
        assertSame(['ignoring com.example.order.cancelled'], $lines);
    },
    'fails without an orderId' => function () {
        foreach ([null, '1042', [], ['amount' => 99.5]] as $data) {
            try {
                call('com.example.order.created', $data);
            } catch (InvalidArgumentException $error) {
                assertSame('the order has no orderId', $error->getMessage());
                continue;
            }
            throw new RuntimeException('it accepted ' . json_encode($data));
        }
    },
];

<?php

declare(strict_types=1);

/** Accepts an order: replies with an event of its own. */
function handler(array $event, array $context): ?array
{
    if ($event['type'] !== 'com.example.order.created') {
        $context['logger']->info("ignoring {$event['type']}");
        return null;
    }
    $orderId = $event['data']['orderId'] ?? throw new InvalidArgumentException('the order has no orderId');
    $amount = $event['data']['amount'] ?? 0;
    $context['logger']->info("order $orderId over $amount received");
    return [
        'type' => 'com.example.order.accepted',
        'source' => "/functions/{$context['functionName']}",
        'data' => ['orderId' => $orderId],
    ];
}

<?php

declare(strict_types=1);

/** Processes a batch and names the records that are to come again. */
function handler(array $event, array $context): array
{
    $failures = [];
    foreach ($event['records'] as $record) {
        $context['logger']->info("processed {$record['id']}");
        if (!hasAmount($record['data'] ?? null)) {
            $failures[] = ['id' => $record['id']];
        }
    }
    return ['batchItemFailures' => $failures];
}

function hasAmount(mixed $data): bool
{
    $amount = is_array($data) ? $data['amount'] ?? null : null;
    return (is_int($amount) || is_float($amount)) && $amount > 0;
}

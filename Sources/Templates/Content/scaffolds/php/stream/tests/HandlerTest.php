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

/** Calls the handler with records by id; returns the ids that failed and what it logged. */
function call(array $records): array
{
    $logger = new Recorder();
    $event = ['source' => 'payments', 'records' => []];
    foreach ($records as $id => $data) {
        $event['records'][] = ['id' => $id, 'data' => $data];
    }
    $result = handler($event, ['logger' => $logger]);
    return [array_column($result['batchItemFailures'], 'id'), $logger->lines];
}

return [
    'processes every record' => function () {
        [$failed, $lines] = call(['a' => ['amount' => 12.5], 'b' => ['amount' => 3]]);
        assertSame([], $failed);
        assertSame(['processed a', 'processed b'], $lines);
    },
    'reports records without a positive amount' => function () {
        $records = ['a' => ['amount' => 1], 'b' => ['amount' => 0], 'c' => ['amount' => '5'], 'd' => [], 'e' => null];
        assertSame(['b', 'c', 'd', 'e'], call($records)[0]);
    },
];

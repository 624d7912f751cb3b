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

    public function warning(string $message): void
    {
        $this->lines[] = "warning: $message";
    }
}

/** Calls the handler with a run that was due at three; returns what it logged. */
function call(string $firedTime): array
{
    $logger = new Recorder();
    $run = [
        'schedule' => 'nightly',
        'scheduledTime' => '2024-05-01T03:00:00Z',
        'firedTime' => $firedTime,
        'attempt' => 1,
    ];
    handler(['type' => 'dev.hks.schedule.fired', 'data' => $run], ['logger' => $logger]);
    return $logger->lines;
}

return [
    'runs on time' => function () {
        assertSame(['run nightly at 2024-05-01T03:00:00Z'], call('2024-05-01T03:01:00Z'));
    },
    'warns when it runs late' => function () {
        assertSame(
            ['run nightly at 2024-05-01T03:00:00Z', 'warning: late by 61 s'],
            call('2024-05-01T03:01:01Z')
        );
    },
];

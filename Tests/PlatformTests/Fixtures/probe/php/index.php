<?php

// The handlers of the host contract; `PROBE` picks one.

echo "outside of calls\n";

function echo_event($event)
{
    return $event;
}

/** The request's JSON is the result. */
function reflect(array $event)
{
    return $event['data'];
}

function nothing()
{
}

function raw()
{
    return "\x00\xff\n";
}

function raw_body()
{
    return ['statusCode' => 201, 'body' => "\x00\xff", 'headers' => ['Content-Type' => 'image/x-dots']];
}

function fail()
{
    echo "about to fail\n";
    throw new DomainException('secret 42');
}

function leave(array $event): string
{
    if ($event['path'] === '/leave') {
        exit(3);
    }
    if ($event['path'] === '/interrupt') {
        posix_kill(getmypid(), SIGINT);
        sleep(10);
    }
    return 'still here';
}

function slow(array $event): string
{
    echo "begun\n";
    usleep((int) ((float) $event['query']['s'] * 1e6));
    return 'done';
}

/** Calls run in processes, so what they share is a file. */
function crowd(): int
{
    $change = static function (callable $count) {
        $file = fopen(sys_get_temp_dir() . '/crowd', 'c+');
        flock($file, LOCK_EX);
        [$running, $most] = $count(...(json_decode(stream_get_contents($file)) ?? [0, 0]));
        rewind($file);
        ftruncate($file, 0);
        fwrite($file, json_encode([$running, $most]));
        fclose($file);
        return $most;
    };
    $change(static fn ($running, $most) => [$running + 1, max($most, $running + 1)]);
    usleep(50_000);
    return $change(static fn ($running, $most) => [$running - 1, $most]);
}

function talk(array $event, array $context): string
{
    $name = $event['query']['name'];
    echo "first $name\n";
    usleep(50_000);
    fwrite(STDERR, "second $name\n");
    $context['logger']->warning('third {name}', ['name' => $name]);
    file_put_contents('php://stdout', "{\"level\": \"debug\", \"message\": \"fourth $name\", \"colour\": \"red\"}\n");
    fwrite(STDOUT, "fifth $name");
    return 'talked';
}

function stream(): Generator
{
    for ($number = 0; $number < 3; $number++) {
        yield "line $number\n";
    }
}

function stream_fail(): Generator
{
    yield 'a';
    throw new DomainException('broken');
}

function flood(): Generator
{
    for ($count = 0; $count < 64; $count++) {
        yield str_repeat('x', 65536);
    }
}

function big(): string
{
    return str_repeat('x', 8_000_000);
}

function tell(array $event, $context): array
{
    return [
        'request_id' => $context->requestId,
        'function_name' => $context['functionName'],
        'function_version' => $context->functionVersion,
        'memory' => $context->memoryLimitInMB,
        'remaining' => $context->getRemainingTimeInMillis(),
        'traceparent' => $context->traceparent,
        'tracestate' => $context->tracestate,
        'type' => $context->type,
    ];
}

function unsendable(): array
{
    return ['value' => fopen('php://memory', 'r')];
}

/** Answers an event with one that holds it. */
function reply(array $event): array
{
    return ['type' => 'test.reply', 'source' => '/tést', 'data' => $event];
}

/** Of a batch, the records whose data is odd are to come again. */
function retry_odd(array $event, array $context): array
{
    $context['logger']->info(sprintf('batch of %d from %s', count($event['records']), $event['source']));
    $odd = array_filter($event['records'], static fn ($record) => $record['data'] % 2 === 1);
    return ['batchItemFailures' => array_map(static fn ($record) => ['id' => $record['id']], array_values($odd))];
}

function log_event(array $event, $context): void
{
    $context->logger->info(json_encode($event));
}

function unknown_failures(): array
{
    return ['batchItemFailures' => [['id' => 'never-sent']]];
}

function quiet(array $event)
{
    return $event['data'];
}

function refuse_event()
{
    throw new DomainException('not now');
}

$names = ['echo' => 'echo_event', 'slow_async' => 'slow'];
$probe = getenv('PROBE');

return ['handler' => Closure::fromCallable($names[$probe] ?? $probe)];

<?php

declare(strict_types=1);

namespace HKS\Host;

/** Waits until streams can be read or written, and tells their owners. */
final class Loop
{
    // A signal that arrives just before the wait is seen at its end.
    private const MAX_WAIT = 1.0;

    /** @var array<int, resource> */
    private array $readers = [];
    /** @var array<int, resource> */
    private array $writers = [];
    /** @var array<int, callable(): void> */
    private array $onReadable = [];
    /** @var array<int, callable(): void> */
    private array $onWritable = [];
    /** @var list<callable(): void> */
    private array $later = [];

    /** Tells when a stream can be read, until it is called without a function. */
    public function onReadable(mixed $stream, ?callable $call): void
    {
        self::set($this->readers, $this->onReadable, $stream, $call);
    }

    /** Tells when a stream can be written, until it is called without a function. */
    public function onWritable(mixed $stream, ?callable $call): void
    {
        self::set($this->writers, $this->onWritable, $stream, $call);
    }

    /** Calls a function soon. */
    public function later(callable $call): void
    {
        $this->later[] = $call;
    }

    /** Waits for so many seconds at most, and makes the calls that are due. */
    public function turn(float $seconds): void
    {
        $wait = $this->later === [] ? max(0.0, min($seconds, self::MAX_WAIT)) : 0.0;
        [$readable, $writable] = $this->select((int) ($wait * 1e6));
        foreach ($writable as $id => $_) {
            // An earlier call may have ended the wait of a later one.
            $this->guard($this->onWritable[$id] ?? null);
        }
        foreach ($readable as $id => $_) {
            $this->guard($this->onReadable[$id] ?? null);
        }
        [$calls, $this->later] = [$this->later, []];
        foreach ($calls as $call) {
            $this->guard($call);
        }
    }

    /** A fault in serving one connection must not end the others. */
    public function guard(?callable $call): void
    {
        try {
            $call === null || $call();
        } catch (\Throwable $error) {
            Logs::log('error', 'the host failed: ' . $error);
        }
    }

    /** @return array{array<int, resource>, array<int, resource>} */
    private function select(int $microseconds): array
    {
        [$readable, $writable, $except] = [$this->readers, $this->writers, null];
        if ($readable === [] && $writable === []) {
            usleep($microseconds);
            return [[], []];
        }
        // A signal ends the wait with a warning.
        $count = @stream_select($readable, $writable, $except, 0, $microseconds);
        return $count > 0 ? [$readable, $writable] : [[], []];
    }

    private static function set(array &$streams, array &$calls, mixed $stream, ?callable $call): void
    {
        $id = get_resource_id($stream);
        if ($call === null) {
            unset($streams[$id], $calls[$id]);
        } else {
            $streams[$id] = $stream;
            $calls[$id] = $call;
        }
    }
}

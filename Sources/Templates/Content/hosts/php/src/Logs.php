<?php

declare(strict_types=1);

namespace HKS\Host;

/** Log lines of the host and of loggers. */
final class Logs
{
    private static mixed $out = STDOUT;
    private static mixed $error = STDERR;

    /** Where a worker writes its lines. */
    public static function redirect(mixed $out, mixed $error): void
    {
        [self::$out, self::$error] = [$out, $error];
    }

    /** Writes a line of the host itself. */
    public static function log(string $level, string $message, ?Call $call = null): void
    {
        self::write(self::entry($level, $message, $call));
    }

    /** Writes text as it is to standard error. */
    public static function writePlain(string $text): void
    {
        self::send($text, true);
    }

    /**
     * Writes a line where its level belongs.
     *
     * @param array<string, mixed> $entry
     */
    public static function write(array $entry, ?bool $toError = null): void
    {
        $toError ??= in_array($entry['level'], ['warn', 'error', 'fatal'], true);
        self::send(Json::encodeLossy($entry) . "\n", $toError);
    }

    /** Writes text to one of the standard streams; a reader that went away must not end the function. */
    public static function send(string $text, bool $toError): void
    {
        $stream = $toError ? self::$error : self::$out;
        while ($text !== '') {
            $written = @fwrite($stream, $text);
            if ($written === false) {
                return;
            }
            $text = substr($text, $written);
            if ($text !== '') {
                [$read, $write, $except] = [null, [$stream], null];
                if (@stream_select($read, $write, $except, 1) === false) {
                    return;
                }
            }
        }
    }

    /**
     * A line's fields.
     *
     * @param array<mixed> $fields
     * @return array<string, mixed>
     */
    public static function entry(string $level, string $message, ?Call $call, array $fields = []): array
    {
        $now = microtime(true);
        $stamp = sprintf('%s.%03dZ', gmdate('Y-m-d\TH:i:s', (int) $now), (int) (fmod($now, 1) * 1000));
        $entry = ['timestamp' => $stamp, 'level' => $level, 'message' => $message];
        if ($call !== null) {
            $entry['request_id'] = $call->requestId;
            if ($call->traceId !== null) {
                $entry['trace_id'] = $call->traceId;
            }
        }
        return $entry + $fields;
    }
}

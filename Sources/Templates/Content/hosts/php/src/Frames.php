<?php

declare(strict_types=1);

namespace HKS\Host;

/** Messages between the process that listens and its workers: one byte that tells the kind, a length, the content. */
final class Frames
{
    /** To a worker: a call, and what is to become of the stream that it answers with. */
    public const CALL = 'c';
    public const NEXT = 'n';
    public const STOP = 's';
    /** From a worker: whether the handler was loaded. */
    public const LOADED = 'L';
    public const FAILED = 'F';
    /** From a worker: an answer, or one in pieces with its end. */
    public const ANSWER = 'A';
    public const HEAD = 'H';
    public const PIECE = 'P';
    public const END = 'E';
    public const BROKEN = 'B';

    private string $buffer = '';

    public static function encode(string $kind, string $content = ''): string
    {
        return $kind . pack('N', strlen($content)) . $content;
    }

    public function feed(string $data): void
    {
        $this->buffer .= $data;
    }

    /**
     * The next message, null while it lacks bytes.
     *
     * @return array{string, string}|null
     */
    public function next(): ?array
    {
        if (strlen($this->buffer) < 5) {
            return null;
        }
        $length = unpack('N', $this->buffer, 1)[1];
        if (strlen($this->buffer) < 5 + $length) {
            return null;
        }
        $frame = [$this->buffer[0], substr($this->buffer, 5, $length)];
        $this->buffer = substr($this->buffer, 5 + $length);
        return $frame;
    }
}

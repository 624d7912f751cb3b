<?php

declare(strict_types=1);

namespace HKS\Host;

/** Collects bytes and cuts requests from them. */
final class RequestReader
{
    private const MAX_HEAD = 32 * 1024;
    // A chunk's size line with its extensions.
    private const MAX_CHUNK_LINE = 1024;
    private const CHUNK_SIZE = '/^([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/D';

    private string $buffer = '';
    /** How much of the buffer has been read; it is cut off now and then. */
    private int $offset = 0;
    /** The request whose body is on its way. */
    private ?Request $pending = null;
    /** The length of its body; null for a chunked one. */
    private ?int $length = null;
    private bool $expectsContinue = false;

    public function __construct(private int $maxBody)
    {
    }

    /** How many bytes wait. */
    public function buffered(): int
    {
        return strlen($this->buffer) - $this->offset;
    }

    /** Whether a head has been read and its body is on its way. */
    public function hasHead(): bool
    {
        return $this->pending !== null;
    }

    /** Whether no part of a request has arrived. */
    public function isEmpty(): bool
    {
        return $this->pending === null && $this->buffered() === 0;
    }

    /** Takes bytes from the connection. */
    public function feed(string $data): void
    {
        if ($this->offset > 0) {
            $this->buffer = substr($this->buffer, $this->offset);
            $this->offset = 0;
        }
        $this->buffer .= $data;
    }

    /** Whether the client waits for `100 Continue`; true once a request. */
    public function takeContinue(): bool
    {
        $waits = $this->expectsContinue && $this->pending !== null && $this->buffered() === 0;
        $this->expectsContinue = $this->expectsContinue && !$waits;
        return $waits;
    }

    /** The next complete request, null while it lacks bytes. Throws Refusal. */
    public function next(): ?Request
    {
        if ($this->pending === null && !$this->readHead()) {
            return null;
        }
        if (!($this->length === null ? $this->readChunks() : $this->readSized())) {
            return null;
        }
        $request = $this->pending;
        $this->pending = null;
        return $request;
    }

    private function readHead(): bool
    {
        while (substr_compare($this->buffer, "\r\n", $this->offset, 2) === 0) {
            $this->offset += 2;
        }
        $end = strpos($this->buffer, "\r\n\r\n", $this->offset);
        $size = ($end === false ? strlen($this->buffer) : $end) - $this->offset;
        if ($size >= self::MAX_HEAD) {
            throw new Refusal(431, "the request's head is too large");
        }
        if ($end === false) {
            // A carriage return at the end may be the first half of a CRLF.
            $part = substr($this->buffer, $this->offset);
            if (RequestHead::isMalformed(str_ends_with($part, "\r") ? substr($part, 0, -1) : $part)) {
                throw new Refusal(400, "the request's head holds a forbidden character");
            }
            return false;
        }
        $request = RequestHead::parse(substr($this->buffer, $this->offset, $size));
        $this->offset = $end + 4;
        $this->length = RequestHead::bodyLength($request, $this->maxBody);
        $this->expectsContinue = RequestHead::expectsContinue($request) && $this->length !== 0;
        $this->pending = $request;
        return true;
    }

    private function readSized(): bool
    {
        if ($this->buffered() < $this->length) {
            return false;
        }
        $this->pending->body = substr($this->buffer, $this->offset, $this->length);
        $this->offset += $this->length;
        return true;
    }

    private function readChunks(): bool
    {
        while (true) {
            $end = strpos($this->buffer, "\r\n", $this->offset);
            $lineLength = ($end === false ? strlen($this->buffer) : $end) - $this->offset;
            if ($lineLength >= self::MAX_CHUNK_LINE) {
                throw new Refusal(400, "a chunk's size line is too long");
            }
            if ($end === false) {
                return false;
            }
            if (preg_match(self::CHUNK_SIZE, substr($this->buffer, $this->offset, $lineLength), $match) !== 1) {
                throw new Refusal(400, "a chunk's size is malformed");
            }
            $size = (int) hexdec($match[1]);
            if ($size === 0) {
                return $this->readTrailers($end);
            }
            if (strlen($this->pending->body) + $size > $this->maxBody) {
                throw RequestHead::tooLarge($this->maxBody);
            }
            $stop = $end + 2 + $size;
            if (strlen($this->buffer) < $stop + 2) {
                return false;
            }
            if (substr_compare($this->buffer, "\r\n", $stop, 2) !== 0) {
                throw new Refusal(400, 'a chunk is longer than its size says');
            }
            $this->pending->body .= substr($this->buffer, $end + 2, $size);
            $this->offset = $stop + 2;
        }
    }

    /** Checks the trailer section and drops it. */
    private function readTrailers(int $sizeLineEnd): bool
    {
        // The size line's own CRLF may be the first half of the blank line.
        $end = strpos($this->buffer, "\r\n\r\n", $sizeLineEnd);
        if (($end === false ? strlen($this->buffer) : $end) - $sizeLineEnd >= self::MAX_HEAD) {
            throw new Refusal(431, "the request's trailers are too large");
        }
        if ($end === false) {
            return false;
        }
        $trailers = $end > $sizeLineEnd ? substr($this->buffer, $sizeLineEnd + 2, $end - $sizeLineEnd - 2) : '';
        if (RequestHead::isMalformed($trailers)) {
            throw new Refusal(400, "the request's trailers hold a forbidden character");
        }
        if ($trailers !== '') {
            RequestHead::fields(explode("\r\n", $trailers));
        }
        $this->offset = $end + 4;
        return true;
    }
}

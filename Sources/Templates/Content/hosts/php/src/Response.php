<?php

declare(strict_types=1);

namespace HKS\Host;

/** One answer and its form on the wire. */
final class Response
{
    public const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    public const TEXT = 'text/plain; charset=utf-8';
    public const JSON = 'application/json';
    public const BINARY = 'application/octet-stream';
    public const LINES = 'application/x-ndjson';

    private const PHRASES = [
        200 => 'OK', 'Created', 'Accepted', 'Non-Authoritative Information', 'No Content', 'Reset Content',
        'Partial Content', 'Multi-Status', 'Already Reported',
        226 => 'IM Used',
        300 => 'Multiple Choices', 'Moved Permanently', 'Found', 'See Other', 'Not Modified',
        307 => 'Temporary Redirect', 'Permanent Redirect',
        400 => 'Bad Request', 'Unauthorized', 'Payment Required', 'Forbidden', 'Not Found', 'Method Not Allowed',
        'Not Acceptable', 'Proxy Authentication Required', 'Request Timeout', 'Conflict', 'Gone', 'Length Required',
        'Precondition Failed', 'Content Too Large', 'URI Too Long', 'Unsupported Media Type', 'Range Not Satisfiable',
        'Expectation Failed', "I'm a Teapot",
        421 => 'Misdirected Request', 'Unprocessable Content', 'Locked', 'Failed Dependency', 'Too Early',
        'Upgrade Required',
        428 => 'Precondition Required', 'Too Many Requests',
        431 => 'Request Header Fields Too Large',
        451 => 'Unavailable For Legal Reasons',
        500 => 'Internal Server Error', 'Not Implemented', 'Bad Gateway', 'Service Unavailable', 'Gateway Timeout',
        'HTTP Version Not Supported', 'Variant Also Negotiates', 'Insufficient Storage', 'Loop Detected',
        511 => 'Network Authentication Required',
    ];

    /** Pieces of a streamed body; only within a worker. */
    public ?\Iterator $stream = null;

    /** @param list<array{string, string}> $headers names and values that are safe to send */
    public function __construct(public int $status, public array $headers = [], public string $body = '')
    {
    }

    /**
     * An answer that says what went wrong as JSON.
     *
     * @param array<string, string> $details
     */
    public static function error(int $status, string $message, array $details = []): self
    {
        $body = Json::encodeLossy(['error' => $message] + $details);
        return new self($status, [['content-type', self::JSON]], $body);
    }

    /** Names the content where the handler did not. */
    public function defaultContentType(string $type): void
    {
        if (!in_array('content-type', array_column($this->headers, 0), true)) {
            $this->headers[] = ['content-type', $type];
        }
    }

    /** Whether an answer with this status may have a body (RFC 9110, 6.4.1). */
    public function hasBody(): bool
    {
        return !in_array($this->status, [204, 205, 304], true);
    }

    /** The whole of an answer that is not streamed. */
    public function encode(string $method, bool $close): string
    {
        $body = $this->hasBody() ? $this->body : '';
        $head = $this->head($close);
        // Without a body there is no telling how long the answer to GET would be.
        if ($this->hasBody() && ($body !== '' || $method !== 'HEAD')) {
            $head .= 'content-length: ' . strlen($body) . "\r\n";
        }
        return $method === 'HEAD' ? "$head\r\n" : "$head\r\n$body";
    }

    /** The head of an answer that is streamed. */
    public function encodeStreamHead(bool $isChunked, bool $close): string
    {
        return $this->head($close) . ($isChunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n");
    }

    private function head(bool $close): string
    {
        $phrase = self::PHRASES[$this->status] ?? '';
        $head = "HTTP/1.1 $this->status $phrase\r\ndate: " . gmdate('D, d M Y H:i:s') . " GMT\r\n";
        foreach ($this->headers as [$name, $value]) {
            $head .= "$name: $value\r\n";
        }
        return $close ? $head . "connection: close\r\n" : $head;
    }
}

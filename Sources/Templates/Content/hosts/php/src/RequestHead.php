<?php

declare(strict_types=1);

namespace HKS\Host;

/** Reads a request's head (RFC 9112), strict where leniency lets requests be smuggled. */
final class RequestHead
{
    private const MAX_TARGET = 16 * 1024;
    private const MAX_FIELDS = 200;
    private const TOKEN = '/^[!#$%&\'*+\-.^_`|~0-9A-Za-z]+$/D';
    // Control characters, and line ends that are not CRLF.
    private const MALFORMED = '/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/';

    /** Whether bytes hold what no head may. */
    public static function isMalformed(string $bytes): bool
    {
        return preg_match(self::MALFORMED, $bytes) === 1;
    }

    /** Parses a head without its blank line. Throws Refusal. */
    public static function parse(string $head): Request
    {
        if (self::isMalformed($head)) {
            throw new Refusal(400, "the request's head holds a forbidden character");
        }
        $lines = explode("\r\n", $head);
        [$method, $target, $isHttp10] = self::requestLine(array_shift($lines));
        $headers = self::fields($lines);
        $hosts = count($headers['host'] ?? []);
        if ($hosts > 1) {
            throw new Refusal(400, 'the request has several Host headers');
        }
        if ($hosts === 0 && !$isHttp10) {
            throw new Refusal(400, 'the request has no Host header');
        }
        return new Request($method, $target, $isHttp10, $headers);
    }

    /**
     * Parses header lines. Throws Refusal.
     *
     * @param list<string> $lines
     * @return array<string, list<string>>
     */
    public static function fields(array $lines): array
    {
        if (count($lines) > self::MAX_FIELDS) {
            throw new Refusal(431, 'the request has too many headers');
        }
        $fields = [];
        foreach ($lines as $line) {
            [$name, $value] = explode(':', $line, 2) + [1 => null];
            // A folded line begins with a space, which no token does.
            if ($value === null || preg_match(self::TOKEN, $name) !== 1) {
                throw new Refusal(400, 'a header line is malformed');
            }
            $fields[strtolower($name)][] = trim($value, " \t");
        }
        return $fields;
    }

    /** The length of the body, null where it is chunked. Throws Refusal. */
    public static function bodyLength(Request $request, int $maxBody): ?int
    {
        $lengths = $request->headers['content-length'] ?? null;
        $codings = $request->headers['transfer-encoding'] ?? null;
        if ($codings !== null) {
            if ($lengths !== null || $request->isHttp10) {
                throw new Refusal(400, 'Transfer-Encoding stands where it may not');
            }
            if (count($codings) > 1 || strtolower($codings[0]) !== 'chunked') {
                throw new Refusal(501, "only the transfer coding 'chunked' is known");
            }
            return null;
        }
        if ($lengths === null) {
            return 0;
        }
        if (count($lengths) > 1 || preg_match('/^[0-9]{1,18}$/D', $lengths[0]) !== 1) {
            throw new Refusal(400, 'Content-Length is malformed');
        }
        if ((int) $lengths[0] > $maxBody) {
            throw self::tooLarge($maxBody);
        }
        return (int) $lengths[0];
    }

    /** Whether the client waits for `100 Continue`. Throws Refusal. */
    public static function expectsContinue(Request $request): bool
    {
        $expected = $request->isHttp10 ? null : $request->header('expect');
        if ($expected !== null && strtolower($expected) !== '100-continue') {
            throw new Refusal(417, "only the expectation '100-continue' is known");
        }
        return $expected !== null;
    }

    public static function tooLarge(int $maxBody): Refusal
    {
        return new Refusal(413, "the request's body is larger than $maxBody bytes");
    }

    /** @return array{string, string, bool} */
    private static function requestLine(string $line): array
    {
        $parts = explode(' ', $line);
        if (count($parts) !== 3 || preg_match(self::TOKEN, $parts[0]) !== 1) {
            throw new Refusal(400, 'the request line is malformed');
        }
        [$method, $target, $version] = $parts;
        if ($version !== 'HTTP/1.1' && $version !== 'HTTP/1.0') {
            $isOther = preg_match('#^HTTP/[0-9]\.[0-9]$#D', $version) === 1;
            throw $isOther
                ? new Refusal(505, 'only HTTP/1.1 and HTTP/1.0 are spoken')
                : new Refusal(400, 'the request line is malformed');
        }
        if (strlen($target) > self::MAX_TARGET) {
            throw new Refusal(414, "the request's target is too long");
        }
        return [$method, self::path($target, $method), $version === 'HTTP/1.0'];
    }

    /** The path and query of a target; proxies send it in absolute form. */
    private static function path(string $target, string $method): string
    {
        $isAbsolute = preg_match('#^https?://[^/?\#]+#i', $target, $match) === 1;
        $path = $isAbsolute ? substr($target, strlen($match[0])) : $target;
        if ($isAbsolute && !str_starts_with($path, '/')) {
            $path = "/$path";
        }
        $isServer = $target === '*' && $method === 'OPTIONS';
        if (str_contains($path, "\t") || (!str_starts_with($path, '/') && !$isServer)) {
            throw new Refusal(400, "the request's target is malformed");
        }
        return $path;
    }
}

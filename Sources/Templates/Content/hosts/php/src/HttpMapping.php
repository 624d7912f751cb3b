<?php

declare(strict_types=1);

namespace HKS\Host;

/** What a handler of type http is given. */
final class HttpMapping
{
    // Set by the platform only: the gateway takes it away from everyone else's requests.
    private const DIRECT = 'x-hks-direct';
    // Always handed over as Base64, even where a body happens to be valid UTF-8.
    private const BINARY =
        '#^(?:(?:image|audio|video|font)/|multipart/|application/(?:octet-stream|pdf|zip|gzip|x-tar|x-gzip|wasm)$)#Di';

    /** Whether the body's value itself is the event, and the whole result the answer. */
    public static function isDirect(Request $request): bool
    {
        return isset($request->headers[self::DIRECT]);
    }

    /** The event of a direct call. Throws Refusal. */
    public static function directEvent(Request $request): mixed
    {
        try {
            return Json::decode($request->body);
        } catch (\JsonException) {
            throw new Refusal(400, 'the body of a direct call must be JSON');
        }
    }

    /** @return array<string, mixed> */
    public static function event(Call $call, string $functionName): array
    {
        $request = $call->request;
        $lines = array_map(static fn ($values) => array_map([Text::class, 'fromHead'], $values), $request->headers);
        $headers = [];
        foreach ($lines as $name => $values) {
            $headers[$name] = implode($name === 'cookie' ? '; ' : ', ', $values);
        }
        $parameters = self::parameters($request->query);
        $last = array_map(static fn ($values) => $values[count($values) - 1], $parameters);
        [$body, $isBase64] = self::body($request);
        $path = Text::fromHead($request->path);
        return [
            'httpMethod' => $request->method,
            'path' => $path,
            'headers' => $headers,
            'multiValueHeaders' => $lines,
            'queryStringParameters' => $last,
            'multiValueQueryStringParameters' => $parameters,
            'query' => $last,
            'rawQueryString' => Text::fromHead($request->query),
            'cookies' => self::cookies($headers['cookie'] ?? ''),
            'body' => $body,
            'isBase64Encoded' => $isBase64,
            'data' => self::data($request, $body, $isBase64),
            'requestContext' => [
                'requestId' => $call->requestId,
                'functionName' => $functionName,
                'httpMethod' => $request->method,
                'path' => $path,
                'protocol' => $request->isHttp10 ? 'HTTP/1.0' : 'HTTP/1.1',
                'requestTimeEpoch' => (int) (microtime(true) * 1000),
                'identity' => [
                    'sourceIp' => self::source($request, $headers),
                    'userAgent' => $headers['user-agent'] ?? null,
                ],
            ],
        ];
    }

    /**
     * The body as text, or as Base64 where it is not text; whether it is Base64.
     *
     * @return array{?string, bool}
     */
    public static function body(Request $request): array
    {
        if ($request->body === '') {
            return [null, false];
        }
        $isBinary = isset($request->headers['content-encoding'])
            || preg_match(self::BINARY, $request->mediaType()) === 1
            || !Text::isUtf8($request->body);
        return $isBinary ? [base64_encode($request->body), true] : [$request->body, false];
    }

    /** The body's value where it is JSON, else null. */
    public static function data(Request $request, ?string $body, bool $isBase64): mixed
    {
        $media = $request->mediaType();
        if ($body === null || $isBase64 || ($media !== '' && !Request::isJson($media))) {
            return null;
        }
        try {
            return Json::decode($body);
        } catch (\JsonException) {
            // The handler has the text.
            return null;
        }
    }

    /**
     * The parameters of a query in order; `a` and `a=` both are the empty text.
     *
     * @return array<string, list<string>>
     */
    private static function parameters(string $query): array
    {
        $parameters = [];
        foreach (explode('&', $query) as $pair) {
            if ($pair !== '') {
                [$name, $value] = explode('=', $pair, 2) + [1 => ''];
                $parameters[Text::repair(urldecode($name))][] = Text::repair(urldecode($value));
            }
        }
        return $parameters;
    }

    /** @return list<string> */
    private static function cookies(string $header): array
    {
        return array_values(array_filter(array_map('trim', explode(';', $header)), static fn ($part) => $part !== ''));
    }

    /** @param array<string, string> $headers */
    private static function source(Request $request, array $headers): ?string
    {
        $forwarded = $headers['x-forwarded-for'] ?? '';
        return $forwarded !== '' ? trim(explode(',', $forwarded, 2)[0]) : $request->remote;
    }
}

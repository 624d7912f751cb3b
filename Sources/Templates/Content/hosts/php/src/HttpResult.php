<?php

declare(strict_types=1);

namespace HKS\Host;

/** The answer that a handler's result stands for. */
final class HttpResult
{
    // The fields of an answer. `status` alone is also a common field of data, so it only counts among these.
    private const ANSWER_FIELDS = ['status', 'headers', 'multiValueHeaders', 'cookies', 'body', 'isBase64Encoded'];
    // Headers that frame the answer or belong to the connection: the host sets them.
    private const OWN_HEADERS = [
        'connection', 'content-length', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade',
    ];
    private const TOKEN = '/^[!#$%&\'*+\-.^_`|~0-9A-Za-z]+$/D';

    /** Maps a result. Throws ResultError. */
    public static function response(mixed $result): Response
    {
        $fields = self::fields($result);
        $status = $fields === null ? null : self::status($fields);
        if ($status === null) {
            return self::withBody(new Response(200), $result);
        }
        $body = $fields['body'] ?? null;
        if (($fields['isBase64Encoded'] ?? false) && is_string($body)) {
            return self::withBytes(new Response($status, self::headers($fields)), self::decodeBase64($body));
        }
        return self::withBody(new Response($status, self::headers($fields)), $body);
    }

    /** The whole result as JSON, whatever fields it has. Throws ResultError. */
    public static function document(mixed $result): Response
    {
        if ($result instanceof \Iterator && !$result instanceof \JsonSerializable) {
            throw new ResultError('a stream is not JSON');
        }
        return new Response(200, [['content-type', Response::JSON]], Json::encode($result));
    }

    /**
     * The fields of a result that is an array or a plain object, else null.
     *
     * @return array<mixed>|null
     */
    public static function fields(mixed $result): ?array
    {
        if ($result instanceof \JsonSerializable) {
            $result = $result->jsonSerialize();
        }
        return is_array($result) ? $result : ($result instanceof \stdClass ? (array) $result : null);
    }

    /** One piece of a streamed answer: text and bytes as they are, everything else as a line of JSON. */
    public static function encodePiece(mixed $piece): string
    {
        return is_string($piece) ? $piece : Json::encode($piece) . "\n";
    }

    /** The content type of a streamed answer, told by its first piece. */
    public static function pieceType(mixed $piece): string
    {
        return is_string($piece) ? self::stringType($piece) : Response::LINES;
    }

    /** A header's value as it goes on the wire. Throws ResultError. */
    public static function headerValue(string $name, mixed $value): string
    {
        if (!is_scalar($value) && !$value instanceof \Stringable) {
            throw new ResultError("header '$name' must be a text, number or bool");
        }
        $text = is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
        if (preg_match('/[\x00-\x08\x0a-\x1f\x7f]/', $text) === 1) {
            throw new ResultError("header '$name' holds a control character");
        }
        return $text;
    }

    public static function decodeBase64(string $text): string
    {
        $isBase64 = preg_match('#^[A-Za-z0-9+/]*={0,2}$#D', $text) === 1 && strlen($text) % 4 === 0;
        return $isBase64 ? (string) base64_decode($text, true) : throw new ResultError('its body is not Base64');
    }

    /** @param array<mixed> $fields */
    private static function status(array $fields): ?int
    {
        foreach (['statusCode', 'status_code'] as $name) {
            if (array_key_exists($name, $fields)) {
                return self::checkedStatus($name, $fields[$name]);
            }
        }
        $isAnswer = is_int($fields['status'] ?? null) && array_diff(array_keys($fields), self::ANSWER_FIELDS) === [];
        return $isAnswer ? self::checkedStatus('status', $fields['status']) : null;
    }

    private static function checkedStatus(string $name, mixed $value): int
    {
        $number = is_string($value) && preg_match('/^[0-9]{3}$/D', $value) === 1 ? (int) $value : $value;
        if (is_int($number) && $number >= 200 && $number <= 599) {
            return $number;
        }
        throw new ResultError("$name must be a number from 200 to 599, not " . Json::encodeLossy($value));
    }

    /**
     * @param array<mixed> $fields
     * @return list<array{string, string}>
     */
    private static function headers(array $fields): array
    {
        $values = [];
        foreach (['multiValueHeaders', 'headers'] as $field) {
            $given = self::fields($fields[$field] ?? []) ?? throw new ResultError("$field must be an array");
            foreach ($given as $name => $value) {
                self::addHeader($values, $name, $value);
            }
        }
        foreach ((array) ($fields['cookies'] ?? []) as $cookie) {
            $values['set-cookie'][] = self::headerValue('set-cookie', $cookie);
        }
        $headers = [];
        foreach (array_diff_key($values, array_flip(self::OWN_HEADERS)) as $name => $texts) {
            foreach ($texts as $text) {
                $headers[] = [(string) $name, $text];
            }
        }
        return $headers;
    }

    /** @param array<string, list<string>> $values */
    private static function addHeader(array &$values, int|string $name, mixed $value): void
    {
        if (is_int($name) || preg_match(self::TOKEN, $name) !== 1) {
            throw new ResultError(Json::encodeLossy($name) . ' is not a header name');
        }
        $name = strtolower($name);
        foreach (is_array($value) ? $value : [$value] as $item) {
            $text = $item === null ? null : self::headerValue($name, $item);
            if ($text !== null && !in_array($text, $values[$name] ?? [], true)) {
                $values[$name][] = $text;
            }
        }
    }

    private static function withBody(Response $response, mixed $body): Response
    {
        if ($body === null) {
            return $response;
        }
        if ($body instanceof \Iterator && !$body instanceof \JsonSerializable) {
            $response->stream = $response->hasBody() ? $body : null;
            return $response;
        }
        if (is_string($body) || ($body instanceof \Stringable && !$body instanceof \JsonSerializable)) {
            $response->body = (string) $body;
            $response->defaultContentType(self::stringType($response->body));
            return $response;
        }
        $response->body = Json::encode($body);
        $response->defaultContentType(Response::JSON);
        return $response;
    }

    private static function withBytes(Response $response, string $bytes): Response
    {
        $response->body = $bytes;
        $response->defaultContentType(Response::BINARY);
        return $response;
    }

    /** PHP has one type for text and bytes. */
    private static function stringType(string $text): string
    {
        return Text::isUtf8($text) ? Response::TEXT : Response::BINARY;
    }
}

<?php

declare(strict_types=1);

namespace HKS\Host;

/**
 * CloudEvents 1.0.2 over HTTP: binary, structured and batched.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
final class CloudEvents
{
    private const STRUCTURED = 'application/cloudevents+json';
    private const BATCHED = 'application/cloudevents-batch+json';
    private const REQUIRED = ['specversion', 'id', 'source', 'type'];
    private const DATA = ['data', 'data_base64'];

    /**
     * The events of a request. Throws Refusal.
     *
     * @return list<array<string, mixed>>
     */
    public static function parse(Request $request): array
    {
        $media = $request->mediaType();
        if ($media === self::STRUCTURED) {
            return [self::checked(self::load($request, \stdClass::class))];
        }
        if ($media === self::BATCHED) {
            return array_map([self::class, 'checked'], self::load($request, null));
        }
        if (str_starts_with($media, 'application/cloudevents')) {
            throw new Refusal(415, "CloudEvents in the form '$media' are not read; send JSON");
        }
        if (!isset($request->headers['ce-specversion'])) {
            throw self::refusal('it has no ce-specversion header');
        }
        return [self::checked(self::fromHeaders($request))];
    }

    /** @param array<mixed> $fields */
    public static function isEvent(array $fields): bool
    {
        return self::isText($fields['type'] ?? null) && self::isText($fields['source'] ?? null);
    }

    /**
     * A reply with the attributes that the handler left to the host.
     *
     * @param array<string, mixed> $event
     * @return array<string, mixed>
     */
    public static function complete(array $event): array
    {
        return $event + ['specversion' => '1.0', 'id' => bin2hex(random_bytes(16))];
    }

    /**
     * An answer in binary mode. Throws ResultError.
     *
     * @param array<string, mixed> $event
     */
    public static function encode(array $event): Response
    {
        $response = new Response(200);
        foreach ($event as $name => $value) {
            if ($value !== null && $name !== 'datacontenttype' && !in_array($name, self::DATA, true)) {
                $response->headers[] = ['ce-' . self::checkedName((string) $name), self::encodeValue((string) $name, $value)];
            }
        }
        $type = $event['datacontenttype'] ?? null;
        if (is_string($event['data_base64'] ?? null)) {
            $response->body = HttpResult::decodeBase64($event['data_base64']);
        } elseif (isset($event['data'])) {
            [$response->body, $type] = self::encodeData($event['data'], $type);
        }
        if ($type !== null) {
            $response->headers[] = ['content-type', HttpResult::headerValue('datacontenttype', $type)];
        }
        return $response;
    }

    /**
     * Several events in one answer, which binary mode cannot hold. Throws ResultError.
     *
     * @param list<array<string, mixed>> $events
     */
    public static function encodeBatch(array $events): Response
    {
        foreach ($events as $event) {
            array_map([self::class, 'checkedName'], array_map('strval', array_diff(array_keys($event), self::DATA)));
        }
        return new Response(200, [['content-type', self::BATCHED]], Json::encode($events));
    }

    /**
     * The object of a request, or its list where no class is given.
     *
     * @return array<mixed>
     */
    private static function load(Request $request, ?string $class): array
    {
        try {
            // Only this form tells an empty object from an empty list.
            $value = Json::decodeExactly($request->body);
        } catch (\JsonException) {
            throw self::refusal('its body is not JSON');
        }
        if ($class !== null && !$value instanceof $class) {
            throw self::refusal('a JSON object is expected');
        }
        if ($class === null && !is_array($value)) {
            throw new Refusal(400, 'a batch of CloudEvents must be a JSON array');
        }
        return Json::decode($request->body);
    }

    /** @return array<string, mixed> */
    private static function checked(mixed $given): array
    {
        if (!is_array($given)) {
            throw self::refusal('a JSON object is expected');
        }
        // In the JSON format an attribute that is null is absent.
        $isThere = static fn ($value, $name) => $value !== null || $name === 'data';
        $event = array_filter($given, $isThere, ARRAY_FILTER_USE_BOTH);
        foreach (self::REQUIRED as $name) {
            if (!self::isText($event[$name] ?? null)) {
                throw self::refusal("attribute '$name' is missing or not a text");
            }
        }
        if ($event['specversion'] !== '1.0') {
            throw new Refusal(400, "CloudEvents of version '{$event['specversion']}' are not read, only 1.0");
        }
        if (array_key_exists('data', $event) && array_key_exists('data_base64', $event)) {
            throw self::refusal("it has both 'data' and 'data_base64'");
        }
        foreach (array_diff_key($event, array_flip(self::DATA)) as $name => $value) {
            $isValue = is_string($value) || is_int($value) || is_bool($value);
            if (!$isValue || preg_match('/^[a-z0-9]+$/D', (string) $name) !== 1) {
                throw self::refusal("attribute '$name' is malformed");
            }
        }
        return isset($event['data_base64']) ? $event : $event + ['data' => null];
    }

    /** @return array<string, mixed> */
    private static function fromHeaders(Request $request): array
    {
        $event = [];
        foreach ($request->headers as $name => $values) {
            $name = (string) $name;
            if (str_starts_with($name, 'ce-')) {
                if (count($values) > 1) {
                    throw self::refusal("header '$name' is repeated");
                }
                $event[substr($name, 3)] = self::decodeValue($name, $values[0]);
            }
        }
        if (($request->header('content-type') ?? '') !== '') {
            $event['datacontenttype'] = Text::fromHead($request->header('content-type'));
        }
        [$body, $isBase64] = HttpMapping::body($request);
        if ($isBase64) {
            $event['data_base64'] = $body;
        } elseif ($body !== null) {
            $event['data'] = self::readData($request, $body);
        }
        return $event;
    }

    private static function readData(Request $request, string $body): mixed
    {
        $media = $request->mediaType();
        if ($media !== '' && !Request::isJson($media)) {
            return $body;
        }
        $data = HttpMapping::data($request, $body, false);
        if ($data === null && trim($body) !== 'null') {
            throw self::refusal('its data is not the JSON that its type promises');
        }
        return $data;
    }

    private static function decodeValue(string $name, string $value): string
    {
        if (preg_match('/^"(.*)"$/Ds', $value, $match) === 1) {
            $value = preg_replace('/\\\\(.)/s', '$1', $match[1]);
        }
        $text = rawurldecode($value);
        return Text::isUtf8($text) ? $text : throw self::refusal("header '$name' is not UTF-8");
    }

    private static function encodeValue(string $name, mixed $value): string
    {
        if (!is_scalar($value)) {
            throw new ResultError("attribute '$name' must be a text, number or bool");
        }
        $text = is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
        // All but the printable ASCII characters, and space, quote and percent.
        $escape = static fn ($match) => sprintf('%%%02X', ord($match[0]));
        return (string) preg_replace_callback('/[^\x21-\x7e]|["%]/', $escape, $text);
    }

    private static function checkedName(string $name): string
    {
        $isName = preg_match('/^[a-z0-9]+$/D', $name) === 1;
        return $isName ? $name : throw new ResultError(Json::encodeLossy($name) . ' is not the name of an attribute');
    }

    /** @return array{string, string} */
    private static function encodeData(mixed $data, mixed $type): array
    {
        $media = strtolower(trim(explode(';', (string) $type, 2)[0]));
        if (is_string($data) && $media !== '' && !Request::isJson($media)) {
            return [$data, $type];
        }
        if (is_string($data) && $media === '' && !Text::isUtf8($data)) {
            return [$data, Response::BINARY];
        }
        return [Json::encode($data), $type ?? Response::JSON];
    }

    private static function isText(mixed $value): bool
    {
        return is_string($value) && $value !== '';
    }

    private static function refusal(string $reason): Refusal
    {
        return new Refusal(400, "the request is not a CloudEvent: $reason");
    }
}

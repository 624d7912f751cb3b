<?php

declare(strict_types=1);

namespace HKS\Host;

/** JSON as the host reads and writes it. Objects are associative arrays, so an empty one is an empty array. */
final class Json
{
    private const FLAGS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;

    /** Encodes a result. Throws ResultError. */
    public static function encode(mixed $value): string
    {
        try {
            return json_encode($value, self::FLAGS | JSON_THROW_ON_ERROR);
        } catch (\JsonException $error) {
            throw new ResultError('it is not JSON: ' . lcfirst($error->getMessage()));
        }
    }

    /** Encodes what must be written, with marks in place of what is not JSON. */
    public static function encodeLossy(mixed $value): string
    {
        return (string) json_encode($value, self::FLAGS | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR);
    }

    /** Decodes a text. Throws \JsonException. */
    public static function decode(string $text): mixed
    {
        return json_decode($text, true, flags: JSON_THROW_ON_ERROR);
    }

    /** Decodes a text with objects as objects, where they must be told from lists. Throws \JsonException. */
    public static function decodeExactly(string $text): mixed
    {
        return json_decode($text, false, flags: JSON_THROW_ON_ERROR);
    }
}

<?php

declare(strict_types=1);

namespace HKS\Host;

/** Bytes that may be text. */
final class Text
{
    public static function isUtf8(string $bytes): bool
    {
        return preg_match('//u', $bytes) === 1;
    }

    /** Bytes of a request's head as UTF-8: they are, or they are taken as ISO 8859-1. */
    public static function fromHead(string $bytes): string
    {
        if (self::isUtf8($bytes)) {
            return $bytes;
        }
        $encode = static fn ($match) => chr(0xC0 | ord($match[0]) >> 6) . chr(0x80 | ord($match[0]) & 0x3F);
        return (string) preg_replace_callback('/[\x80-\xff]/', $encode, $bytes);
    }

    /** Bytes as UTF-8, with marks in place of what is not. */
    public static function repair(string $bytes): string
    {
        return self::isUtf8($bytes) ? $bytes : (string) json_decode((string) json_encode($bytes, JSON_INVALID_UTF8_SUBSTITUTE));
    }
}

<?php

declare(strict_types=1);

namespace HKS\Host;

/** Stack traces that show the user's own code. */
final class Traces
{
    /** The error in one line. */
    public static function summary(\Throwable $error): string
    {
        return strtok(get_class($error) . ': ' . $error->getMessage(), "\n") . ' (' . self::place($error) . ')';
    }

    /** The error with its stack and causes, without the frames of the host. */
    public static function describe(\Throwable $error): string
    {
        $text = '';
        for ($shown = $error; $shown !== null; $shown = $shown->getPrevious()) {
            $text .= ($text === '' ? '' : "\ncaused by ") . get_class($shown) . ": {$shown->getMessage()} in ";
            $text .= self::place($shown) . self::frames($shown);
        }
        return $text;
    }

    /** File and line of an error within the function's folder. */
    public static function place(\Throwable $error): string
    {
        $file = $error->getFile();
        $line = $error->getLine();
        // Where a handler is called wrongly, PHP names the caller.
        foreach (self::isHost($file) ? $error->getTrace() : [] as $frame) {
            if (isset($frame['file']) && !self::isHost($frame['file'])) {
                return self::shorten($frame['file']) . ':' . ($frame['line'] ?? 0);
            }
        }
        return self::isHost($file) ? 'the host' : self::shorten($file) . ":$line";
    }

    /** A path within the function's folder, where it is in there. */
    public static function shorten(string $file): string
    {
        $folder = getcwd() . '/';
        return str_starts_with($file, $folder) ? substr($file, strlen($folder)) : $file;
    }

    private static function frames(\Throwable $error): string
    {
        $text = '';
        $number = 0;
        foreach ($error->getTrace() as $frame) {
            // Calls from inside of PHP have no file; between frames of the host they are its own.
            if (!isset($frame['file']) || self::isHost($frame['file'])) {
                continue;
            }
            $function = ($frame['class'] ?? '') . ($frame['type'] ?? '') . $frame['function'];
            $text .= sprintf("\n#%d %s:%d: %s()", $number++, self::shorten($frame['file']), $frame['line'] ?? 0, $function);
        }
        return $text;
    }

    private static function isHost(string $file): bool
    {
        return str_starts_with($file, dirname(__DIR__) . '/');
    }
}

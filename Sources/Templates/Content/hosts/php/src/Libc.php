<?php

declare(strict_types=1);

namespace HKS\Host;

/** The few functions of the C library that PHP has no form of, where the extension FFI is there. */
final class Libc
{
    private const DECLARATIONS = 'int pipe(int *); int dup2(int, int); int close(int); int prctl(int, ...);';
    private const PR_SET_PDEATHSIG = 1;

    private static ?\FFI $library = null;

    /** Loads the library; without it the output of calls is not told apart. */
    public static function load(): void
    {
        try {
            self::$library = extension_loaded('FFI') ? \FFI::cdef(self::declarations()) : null;
        } catch (\Throwable) {
            // Switched off in php.ini.
            self::$library = null;
        }
    }

    public static function isLoaded(): bool
    {
        return self::$library !== null;
    }

    /**
     * The descriptors of a new pipe: the end to read and the end to write.
     *
     * @return array{int, int}
     */
    public static function pipe(): array
    {
        $ends = self::$library->new('int[2]');
        if (self::$library->pipe($ends) !== 0) {
            throw new \RuntimeException('no pipe is to be had');
        }
        return [$ends[0], $ends[1]];
    }

    public static function duplicate(int $descriptor, int $as): void
    {
        self::$library->dup2($descriptor, $as);
    }

    public static function close(int $descriptor): void
    {
        self::$library->close($descriptor);
    }

    /** Has the kernel kill this process when its parent is gone, whatever ended it. */
    public static function dieWithParent(): void
    {
        if (PHP_OS_FAMILY === 'Linux') {
            self::$library?->prctl(self::PR_SET_PDEATHSIG, SIGKILL);
        }
    }

    private static function declarations(): string
    {
        // The other systems do not have it.
        return PHP_OS_FAMILY === 'Linux'
            ? self::DECLARATIONS
            : str_replace('int prctl(int, ...);', '', self::DECLARATIONS);
    }
}

<?php

declare(strict_types=1);

namespace HKS\Host;

/** The file that a handler's name stands for, and what it is called in there. */
final class Entry
{
    private const NAME = '/^\\\\?[a-z_\x80-\xff][\w\x80-\xff]*(?:\\\\[a-z_\x80-\xff][\w\x80-\xff]*)*(?:::[a-z_\x80-\xff][\w\x80-\xff]*)?$/iD';

    private function __construct(
        /** As the manifest has it. */
        public string $text,
        /** Absolute path of the file. */
        public string $file,
        /** The same for messages, within the function's folder. */
        public string $shownFile,
        /** A function, perhaps with a namespace, or `Class::method`. */
        public string $name,
    ) {
    }

    /** Finds what `file.function`, `folder/file.function` or `function` names. Throws LoadError. */
    public static function locate(string $text, string $folder): self
    {
        $dot = strrpos($text, '.');
        $name = $dot === false ? $text : substr($text, $dot + 1);
        $path = $dot === false ? null : preg_replace('/\.php$/D', '', substr($text, 0, $dot));
        if (preg_match(self::NAME, $name) !== 1 || ($path !== null && !self::isInside($path))) {
            throw new LoadError(
                "handler '$text' is malformed; write it as 'file.function', for example 'index.handler'"
            );
        }
        $path ??= self::entryFile($text, $folder);
        $file = "$folder/$path.php";
        if (!is_file($file)) {
            $found = implode(', ', self::phpFiles($folder)) ?: 'none';
            throw new LoadError("handler '$text' not found; there is no '$path.php' (PHP files here: $found)");
        }
        return new self($text, $file, "$path.php", ltrim($name, '\\'));
    }

    private static function isInside(string $path): bool
    {
        return array_intersect(explode('/', $path), ['', '.', '..']) === [];
    }

    private static function entryFile(string $text, string $folder): string
    {
        $files = self::phpFiles($folder);
        if (in_array('index.php', $files, true)) {
            return 'index';
        }
        if (count($files) === 1) {
            return substr($files[0], 0, -4);
        }
        $found = implode(', ', $files) ?: 'none';
        throw new LoadError("handler '$text' names no file and there is no 'index.php' (PHP files here: $found)");
    }

    /** @return list<string> */
    private static function phpFiles(string $folder): array
    {
        $names = scandir($folder) ?: [];
        return array_values(array_filter($names, static fn ($name) => str_ends_with($name, '.php')));
    }
}

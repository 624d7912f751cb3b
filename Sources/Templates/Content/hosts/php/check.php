<?php

// Checks the syntax of all PHP files of a folder in one process: `php host/check.php app`. Other people's files are left out.

declare(strict_types=1);

const SKIPPED = ['vendor', 'node_modules'];

$folder = $argv[1];
$isChecked = static fn (SplFileInfo $file): bool => $file->getFilename()[0] !== '.'
    && !($file->isDir() && in_array($file->getFilename(), SKIPPED, true));
$files = new RecursiveIteratorIterator(
    new RecursiveCallbackFilterIterator(
        new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS),
        $isChecked
    )
);
$paths = [];
foreach ($files as $file) {
    if ($file->isFile() && $file->getExtension() === 'php') {
        $paths[] = $file->getPathname();
    }
}
sort($paths);
$status = 0;
foreach ($paths as $path) {
    try {
        token_get_all((string) file_get_contents($path), TOKEN_PARSE);
    } catch (CompileError $error) {
        $name = substr($path, strlen($folder) + 1);
        $reason = preg_replace('/^syntax error, /', '', $error->getMessage());
        echo "syntax error in $name:{$error->getLine()}: $reason\n";
        $status = 1;
    }
}
exit($status);

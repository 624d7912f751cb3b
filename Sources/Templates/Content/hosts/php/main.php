<?php

// Starts the PHP host: `php <bundle>/host/main.php`, with the user's files as the working folder.

declare(strict_types=1);

use HKS\Host\Host;
use HKS\Host\Worker;

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'HKS\\Host\\')) {
        require __DIR__ . '/src/' . substr($class, 9) . '.php';
    }
});

// Returns in every worker process; the process that listens ends in there.
Host::run();
try {
    // Here and not in a function, so that the variables of the user's files are global as PHP developers expect.
    if (is_file('vendor/autoload.php')) {
        require_once getcwd() . '/vendor/autoload.php';
    }
    Worker::loaded(require_once Worker::entryFile());
} catch (Throwable $error) {
    Worker::cannotLoad($error);
}
Worker::serve();

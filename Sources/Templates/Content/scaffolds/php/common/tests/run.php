<?php

// Runs the tests of all files `*Test.php` in this folder: `php tests/run.php`.

declare(strict_types=1);

/** Fails the test that runs unless both values are the same. */
function assertSame(mixed $expected, mixed $actual): void
{
    if ($expected !== $actual) {
        throw new RuntimeException('expected ' . json_encode($expected) . ', got ' . json_encode($actual));
    }
}

$failed = 0;
foreach (glob(__DIR__ . '/*Test.php') as $file) {
    foreach (require $file as $name => $test) {
        try {
            $test();
            echo "ok - $name\n";
        } catch (Throwable $error) {
            $failed++;
            echo "not ok - $name\n    {$error->getMessage()}\n";
            echo preg_replace('/^/m', '    ', $error->getTraceAsString()), "\n";
        }
    }
}
exit($failed === 0 ? 0 : 1);

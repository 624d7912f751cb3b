<?php

declare(strict_types=1);

namespace HKS\Host;

/** A process that loads the handler and runs one call after the other. */
final class Worker
{
    // The longest time that a read may wait; it then begins anew.
    private const PATIENCE = 86400;
    private const FATAL = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_PARSE;

    private static Settings $settings;
    private static Entry $entry;
    private static mixed $socket;
    private static Frames $frames;
    private static ?Handler $handler = null;
    private static bool $hasReported = false;
    /** How many output buffers are the host's own. */
    private static int $buffers = 0;

    /** Makes a new process a worker. */
    public static function begin(Settings $settings, Entry $entry, mixed $socket, Pipe $out, Pipe $error): void
    {
        Libc::dieWithParent();
        pcntl_async_signals(false);
        foreach ([SIGTERM, SIGINT, SIGCHLD] as $signal) {
            pcntl_signal($signal, SIG_DFL);
        }
        posix_setpgid(0, 0);
        $streams = [$out->replace(1, STDOUT), $error->replace(2, STDERR)];
        Logs::redirect(...$streams);
        if ($streams[0] !== STDOUT) {
            ob_start(static function (string $text): string {
                Logs::send($text, false);
                return '';
            }, 1);
        }
        if ($settings->memoryLimitInMB > 0) {
            ini_set('memory_limit', "{$settings->memoryLimitInMB}M");
        }
        stream_set_timeout($socket, self::PATIENCE);
        stream_set_read_buffer($socket, 0);
        [self::$settings, self::$entry, self::$socket] = [$settings, $entry, $socket];
        self::$frames = new Frames();
        self::$buffers = ob_get_level();
        register_shutdown_function(static fn () => self::reportFatal());
    }

    /** The file to load. */
    public static function entryFile(): string
    {
        return self::$entry->file;
    }

    /** The file has been loaded, and returned a value. Throws LoadError. */
    public static function loaded(mixed $returned): void
    {
        self::$handler = Handler::find(self::$entry, $returned);
        self::$hasReported = true;
        self::send(Frames::LOADED);
    }

    /** Ends the process with the reason. */
    public static function cannotLoad(\Throwable $error): void
    {
        if ($error instanceof LoadError) {
            self::report($error->getMessage());
        } else {
            Logs::writePlain(Traces::describe($error) . "\n");
            self::report(self::prefix() . Traces::summary($error));
        }
        exit(1);
    }

    /** Runs calls until there are no more. */
    public static function serve(): void
    {
        $application = new Application(self::$settings, self::$handler);
        while (($frame = self::receive()) !== null) {
            // Word about a stream may come after its end.
            if ($frame[0] === Frames::CALL) {
                self::run($application, unserialize($frame[1], ['allowed_classes' => [Call::class, Request::class]]));
            }
        }
        exit(0);
    }

    private static function run(Application $application, Call $call): void
    {
        self::letDebuggerIn();
        $response = $application->respond($call);
        $stream = $response->stream;
        $head = serialize([$response->status, $response->headers, $response->body]);
        if ($stream === null) {
            self::flushOutput();
            self::send(Frames::ANSWER, $head);
            return;
        }
        self::send(Frames::HEAD, $head);
        try {
            for (; $stream->valid() && self::sendPiece($stream->current()); $stream->next()) {
                self::flushOutput();
            }
            // What a generator has left to do when nobody takes more happens within the call.
            unset($stream, $response->stream);
            $end = Frames::END;
        } catch (\Throwable $error) {
            Logs::log('error', 'the answer broke off: ' . Traces::describe($error));
            $end = Frames::BROKEN;
        }
        self::flushOutput();
        self::send($end);
    }

    /** Connects to an editor that listens, unless one is connected: a worker cannot share what its parent would have. */
    private static function letDebuggerIn(): void
    {
        if (ini_get('xdebug.mode') === 'debug' && !xdebug_is_debugger_active()) {
            xdebug_connect_to_client();
        }
    }

    /** Whether another one is welcome. */
    private static function sendPiece(mixed $piece): bool
    {
        self::send(Frames::PIECE, HttpResult::encodePiece($piece));
        return (self::receive() ?? [Frames::STOP])[0] === Frames::NEXT;
    }

    private static function flushOutput(): void
    {
        while (ob_get_level() > self::$buffers && ob_end_flush()) {
            // Buffers that the call has left open.
        }
    }

    /** @return array{string, string}|null */
    private static function receive(): ?array
    {
        while (($frame = self::$frames->next()) === null) {
            $data = (string) @fread(self::$socket, 64 * 1024);
            if ($data === '' && feof(self::$socket)) {
                return null;
            }
            self::$frames->feed($data);
        }
        return $frame;
    }

    private static function send(string $kind, string $content = ''): void
    {
        $data = Frames::encode($kind, $content);
        while ($data !== '') {
            $written = @fwrite(self::$socket, $data);
            if ($written === false || $written === 0) {
                // The process that listens is gone.
                exit(0);
            }
            $data = substr($data, $written);
        }
    }

    /** Errors that PHP lets nobody catch. */
    private static function reportFatal(): void
    {
        $error = error_get_last();
        if (!self::$hasReported && $error !== null && ($error['type'] & self::FATAL) !== 0) {
            $place = Traces::shorten($error['file']) . ':' . $error['line'];
            $message = str_replace(getcwd() . '/', '', (string) strtok($error['message'], "\n"));
            self::report(self::prefix() . "$message ($place)");
        }
    }

    private static function report(string $reason): void
    {
        self::$hasReported = true;
        self::send(Frames::FAILED, $reason);
    }

    private static function prefix(): string
    {
        return "handler '" . self::$entry->text . "' cannot be loaded: ";
    }
}

<?php

declare(strict_types=1);

namespace HKS\Host;

/** Every value that the environment sets, with its default. */
final class Settings
{
    private const TYPES = ['http', 'event', 'scheduled', 'stream'];
    private const WEEK = 7 * 86400.0;

    public int $port;
    public string $host;
    public ?string $unixPath;
    public string $handler;
    public string $type;
    public string $functionName;
    public string $functionVersion;
    public int $memoryLimitInMB;
    /** Longest time for one call in seconds, its wait for a free place included. */
    public float $timeout;
    /** Longest time that running calls get after SIGTERM. */
    public float $drain;
    /** Calls at once, each in a process of its own; 0 leaves the choice to the host. */
    public int $concurrency;
    public int $maxBody;
    /** Longest time for a request's head to arrive, and for a client to take the next piece of an answer. */
    public float $ioTimeout;
    /** Longest time that an unused connection stays open; above what proxies in front use. */
    public float $idleTimeout;
    /** Whether failures are shown to the caller. */
    public bool $developing;

    /** @param array<string, string> $environment */
    public function __construct(private array $environment)
    {
        $this->port = $this->whole('PORT', 8080, 65535);
        $this->host = $this->text('HKS_LISTEN_HOST', '0.0.0.0');
        $this->unixPath = $this->text('HKS_LISTEN_UNIX', '') ?: null;
        $this->handler = $this->text('HKS_HANDLER', 'index.handler');
        $this->type = $this->text('HKS_TYPE', 'http');
        $this->functionName = $this->text('HKS_FUNCTION_NAME', $this->text('K_SERVICE', 'function'));
        $this->functionVersion = $this->text('HKS_FUNCTION_VERSION', $this->text('K_REVISION', ''));
        $this->memoryLimitInMB = $this->whole('HKS_MEMORY_LIMIT_MB', 0);
        $this->timeout = $this->seconds('HKS_TIMEOUT_SECONDS', 300);
        $this->drain = $this->seconds('HKS_DRAIN_SECONDS', 10);
        $this->concurrency = $this->whole('HKS_CONCURRENCY', 0);
        $this->maxBody = $this->whole('HKS_MAX_BODY_BYTES', 10 * 1024 * 1024);
        $this->ioTimeout = $this->seconds('HKS_IO_TIMEOUT_SECONDS', 30);
        $this->idleTimeout = $this->seconds('HKS_IDLE_TIMEOUT_SECONDS', 120);
        $this->developing = $this->text('HKS_DEVELOP', '') === '1';
        $this->environment = [];
        if (!in_array($this->type, self::TYPES, true)) {
            $known = implode(', ', self::TYPES);
            throw new SettingsError("HKS_TYPE '$this->type' is not served by the PHP host; it serves: $known");
        }
    }

    /** A time limit as it is shown: without a fraction where it has none. */
    public static function shown(float $seconds): string
    {
        return (string) round($seconds, 3);
    }

    private function text(string $name, string $default): string
    {
        $text = $this->environment[$name] ?? '';
        return $text === '' ? $default : $text;
    }

    private function whole(string $name, int $default, int $high = 2 ** 53): int
    {
        $text = $this->text($name, (string) $default);
        if (preg_match('/^[0-9]{1,16}$/D', $text) !== 1 || (int) $text > $high) {
            throw new SettingsError("$name must be a whole number of at least 0, not '$text'");
        }
        return (int) $text;
    }

    private function seconds(string $name, float $default): float
    {
        $text = $this->text($name, (string) $default);
        // A week is longer than any platform lets a call run.
        if (preg_match('/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/D', $text) !== 1 || (float) $text > self::WEEK) {
            throw new SettingsError("$name must be a number of seconds, not '$text'");
        }
        // A limit of 0 means that none is wanted.
        return (float) $text ?: self::WEEK;
    }
}

<?php

declare(strict_types=1);

namespace HKS\Host;

/** Writes structured log lines; the methods and `{placeholders}` are those of PSR-3. */
class Logger
{
    private const LEVELS = [
        'emergency' => 'fatal',
        'alert' => 'fatal',
        'critical' => 'fatal',
        'error' => 'error',
        'warning' => 'warn',
        'notice' => 'info',
        'info' => 'info',
        'debug' => 'debug',
    ];

    /** The logger for handlers; it is a Psr\Log\LoggerInterface where the function has that package. */
    public static function make(): self
    {
        return interface_exists('Psr\Log\LoggerInterface') ? new PsrLogger() : new self();
    }

    public function emergency($message, array $context = []): void
    {
        $this->log('emergency', $message, $context);
    }

    public function alert($message, array $context = []): void
    {
        $this->log('alert', $message, $context);
    }

    public function critical($message, array $context = []): void
    {
        $this->log('critical', $message, $context);
    }

    public function error($message, array $context = []): void
    {
        $this->log('error', $message, $context);
    }

    public function warning($message, array $context = []): void
    {
        $this->log('warning', $message, $context);
    }

    /** The same as warning(), by the name that other languages have. */
    public function warn($message, array $context = []): void
    {
        $this->log('warning', $message, $context);
    }

    public function notice($message, array $context = []): void
    {
        $this->log('notice', $message, $context);
    }

    public function info($message, array $context = []): void
    {
        $this->log('info', $message, $context);
    }

    public function debug($message, array $context = []): void
    {
        $this->log('debug', $message, $context);
    }

    /** Entries of `$context` become fields of the line; an exception is shown with its stack. */
    public function log($level, $message, array $context = []): void
    {
        $text = $message instanceof \Throwable ? Traces::describe($message) : self::interpolate((string) $message, $context);
        if (($context['exception'] ?? null) instanceof \Throwable) {
            $text .= "\n" . Traces::describe($context['exception']);
            unset($context['exception']);
        }
        Logs::write(Logs::entry(self::LEVELS[strtolower((string) $level)] ?? 'info', $text, null, $context));
    }

    /** @param array<mixed> $context */
    private static function interpolate(string $message, array $context): string
    {
        $values = [];
        foreach ($context as $name => $value) {
            if (is_scalar($value) || $value === null || $value instanceof \Stringable) {
                $values['{' . $name . '}'] = is_bool($value) ? ($value ? 'true' : 'false') : (string) $value;
            }
        }
        return strtr($message, $values);
    }
}

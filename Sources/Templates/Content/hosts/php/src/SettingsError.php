<?php

declare(strict_types=1);

namespace HKS\Host;

/** A variable holds a value that the host cannot work with. */
final class SettingsError extends \RuntimeException
{
}
